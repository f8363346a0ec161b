// Drives one fuzz program without libFuzzer: every seed file, every prefix of it, then changes made by a fixed generator. A crash or a
// sanitizer report is the failure; the generator is seeded, so a second run meets the same input.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::uint64_t generator_seed = 20261120;
constexpr std::size_t changes_per_seed = 2'000;
constexpr std::size_t prefixes_per_seed_max = 2'000;

// SplitMix64: the same changes on every machine.
struct Generator {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : next() % limit; }
};

void try_one(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string changed(std::string input, Generator& generator) {
  static const std::string telling = "{}[]\",:0-e.\\\xff\x80\n";
  for (std::size_t left = 1 + generator.below(4); left > 0; --left) {
    const std::size_t at = generator.below(input.size() + 1);
    switch (generator.below(5)) {
      case 0: input.insert(at, 1, static_cast<char>(generator.next())); break;
      case 1: input.insert(at, 1, telling[generator.below(telling.size())]); break;
      case 2: if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << generator.below(8))); break;
      case 3: input.erase(at, 1 + generator.below(16)); break;
      default: input.insert(at, input.substr(generator.below(input.size() + 1), generator.below(64)));
    }
  }
  return input;
}

std::vector<std::string> read_seeds(int argc, char** argv) {
  std::vector<std::string> seeds{"", "{}", "[]", "null"};
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  const auto seeds = read_seeds(argc, argv);
  if (argc > 1 && seeds.size() == 4) return std::fputs("fuzz: the seed folder is empty; name one that holds seeds\n", stderr), 1;
  Generator generator{generator_seed};
  std::size_t tried = 0;
  for (const std::string& seed : seeds) {
    const std::size_t step = 1 + seed.size() / prefixes_per_seed_max;
    for (std::size_t size = 0; size <= seed.size(); size += step, ++tried) try_one(seed.substr(0, size));
    for (std::size_t i = 0; i < changes_per_seed; ++i, ++tried) try_one(changed(seed, generator));
  }
  std::printf("fuzz: %zu inputs from %zu seeds, generator seed %llu\n", tried, seeds.size(), static_cast<unsigned long long>(generator_seed));
}
