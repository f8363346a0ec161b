#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/bundle.h"

namespace steadyline {

inline constexpr std::string_view bundle_schema = "steadyline-bundle-1";

/// SHA-256 of the other files of a bundle, by file name.
using FileHashes = std::map<std::string, std::string>;

/// The manifest's bytes; they depend on the values alone. Refuses text that is not UTF-8.
Result<std::string> write_manifest(const Bundle& bundle, const FileHashes& hashes);

struct Manifest {
  Bundle bundle;  ///< without tensors and sha256; tag k has TagIndex{k}
  FileHashes hashes;
};

/// Reads what write_manifest wrote. Every unknown or missing key and every wrong type is a fault of its own, `where` in front of each.
Checked<Manifest> read_manifest(std::string_view text, std::string_view where);

/// Faults of the values themselves: sizes, orders, signs, shapes of the tensors. Empty: the models can run it.
std::vector<Error> check_bundle(const Bundle& bundle, std::string_view where);

/// The page for people.
std::string write_passport(const Bundle& bundle);

}  // namespace steadyline
