#include "app/build_facts.h"

#include <dlfcn.h>

#include "app/verbs.h"
#include "core/numeric.h"

namespace steadyline {
namespace {

/// The BLAS that the dynamic linker really loaded: OpenBLAS says who it is, the reference BLAS says nothing.
std::string loaded_blas() {
  using Config = const char* (*)();
  if (const auto config = reinterpret_cast<Config>(dlsym(RTLD_DEFAULT, "openblas_get_config"))) return config();
  if (dlsym(RTLD_DEFAULT, "sgemm_") != nullptr) return "not OpenBLAS: training is twenty times slower; install libopenblas0-pthread";
  return "none loaded";
}

}  // namespace

std::map<std::string, std::string> build_facts() {
  return {{"version", STEADYLINE_VERSION},
          {"libtorch", STEADYLINE_TORCH_VERSION},
          {"blas", loaded_blas()},
          {"vector_target", std::string{numeric::vector_target()}}};
}

std::string version_text() {
  const auto facts = build_facts();
  return "steadyline " + facts.at("version") + " on " + facts.at("vector_target") + ", libtorch " + facts.at("libtorch") + ", BLAS " +
         facts.at("blas");
}

}  // namespace steadyline
