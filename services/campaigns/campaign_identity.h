#pragma once

#include <string>

#include "campaigns/campaign_run.h"

namespace steadyline {

/// Everything that determines the bytes of a campaign's files, as JSON.
std::string identity_of(const CampaignPlan& plan);

}  // namespace steadyline
