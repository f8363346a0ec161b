#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "line/line.h"
#include "models/bundle.h"

namespace steadyline {

/// The bundles that an activation may name: those in the folders of one folder per line. Nothing is kept; each question looks at the disk,
/// so that a bundle copied there is found without a restart.
class BundleShelf {
 public:
  struct Place {
    Line line;
    std::filesystem::path folder;  ///< of bundle folders; empty: none
  };
  explicit BundleShelf(std::vector<Place> places) : places_{std::move(places)} {}

  /// The bundle of that line whose SHA-256 begins so; load_bundle has checked it.
  /// Errors  no such line or bundle; all faults of a bundle that is there but cannot be used.
  Checked<std::shared_ptr<const Bundle>> find(std::string_view line, std::string_view sha256) const;

 private:
  std::vector<Place> places_;
};

/// SHA-256 of a bundle folder's manifest; empty: there is none.
std::string bundle_sha256(const std::filesystem::path& folder);

}  // namespace steadyline
