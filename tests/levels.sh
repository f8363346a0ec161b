# The levels of `./steadyline test`; sourced by the launcher, which brings say, give_up, minutes, prepare, configure and build_targets.
# shellcheck shell=bash

levels=(unit property golden tidy simulation fault fuzz broker browser)
quick=(unit property golden tidy simulation)
passed=0 failed=0 skipped=0
trouble=()   # names of what failed
left_out=()  # names of what was skipped

count_in() { sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

# run_tests FOLDER NAME JOBS CTEST-ARGUMENT... : one stage, counted.
run_tests() {
  local folder=$1 name=$2 jobs=$3 began=$SECONDS report log all bad skip line
  shift 3
  report=$folder/reports/$name.xml log=$folder/reports/$name.log
  mkdir -p "$folder/reports"
  rm -f "$report" "$folder/Testing/Temporary/LastTest.log" "$folder/Testing/Temporary/LastTestsFailed.log"
  env GTEST_COLOR=no ${unrandomised[@]+"${unrandomised[@]}"} ctest --test-dir "$folder" -j "$jobs" --output-on-failure --output-junit "$report" "$@" >"$log" 2>&1 || true
  all=$(count_in tests "$report" 2>/dev/null) bad=$(count_in failures "$report" 2>/dev/null) skip=$(count_in skipped "$report" 2>/dev/null)
  all=${all:-0} bad=${bad:-0} skip=${skip:-0}
  if [ "$all" = 0 ]; then
    if grep -q 'No tests were found' "$log"; then say "$name: no tests"; return; fi
    tail -n 20 "$log" >&2
    failed=$((failed + 1)) trouble+=("$name (could not run)")
    return
  fi
  passed=$((passed + all - bad - skip)) failed=$((failed + bad)) skipped=$((skipped + skip))
  while IFS= read -r line; do trouble+=("$name: $line"); done < <(sed 's/^[0-9]*://' "$folder/Testing/Temporary/LastTestsFailed.log" 2>/dev/null || true)
  while IFS= read -r line; do left_out+=("$name: $line"); done < <(
    sed -n 's/.*Test *#[0-9]*: \([^ ]*\) \.*\*\*\*Skipped.*/\1/p' "$log"
    sed -n 's/^\[  SKIPPED \] \([A-Za-z_]*[./A-Za-z0-9_]*\) (.*/\1/p' "$folder/Testing/Temporary/LastTest.log" 2>/dev/null | sort -u)
  [ "$bad" = 0 ] || cat "$log" >&2
  say "$name: $((all - bad - skip)) passed, $bad failed$([ "$skip" = 0 ] || printf ', %s skipped' "$skip") in $((SECONDS - began)) s"
}

# build_tests PRESET USUALLY TARGETS [CMAKE-ARGUMENT...]. The lock ends here: what a test starts must not keep it.
build_tests() {
  local preset=$1 usually=$2 targets=$3 code=0
  shift 3
  lock_builds
  configure "$root/build/$preset" -DSTEADYLINE_TESTS=ON "$@"
  # shellcheck disable=SC2086
  build_targets "$root/build/$preset" "$usually" $targets || code=1
  unlock_builds
  return $code
}

jobs_of() {
  case $1 in unit | property | golden | tidy) nproc ;; *) echo 1 ;; esac  # the rest listens on ports, measures time or fills the cores
}

# sanitize PRESET BUILD-TARGETS LABELS [CMAKE-ARGUMENT...]
sanitize() {
  local preset=$1 targets=$2 labels=$3
  local unrandomised=()  # sanitizers of Debian 12 do not know the address layout of newer kernels; ctest inherits this
  if setarch "$(uname -m)" -R true 2>/dev/null; then unrandomised=(setarch "$(uname -m)" -R); fi
  shift 3
  if build_tests "$preset" "usually 3 to 6 minutes on 2 cores" "$targets" "$@"; then
    ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1 \
      TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$root/tests/support/tsan.supp \
      run_tests "$root/build/$preset" "$preset" "$(nproc)" -L "$labels"
  else
    failed=$((failed + 1)) trouble+=("$preset (does not build)")
  fi
}

# clang brings libFuzzer; without it (STEADYLINE_PACKAGES=none) g++ drives the same fuzz programs with fixed changes.
clang_arguments() {
  local version
  for version in 19 16; do
    if command -v clang++-$version >/dev/null; then
      printf '%s\n' -DCMAKE_C_COMPILER=clang-$version -DCMAKE_CXX_COMPILER=clang++-$version -DSTEADYLINE_FUZZ=ON
      return
    fi
  done
}

test_usage() {
  cat <<USAGE
steadyline test [--quick] [--label LEVEL]...
  levels: ${levels[*]}, and the stages asan-ubsan tsan; --quick: ${quick[*]}
  Installs what the tests need, builds, runs all; the last line is "N passed, N failed". From scratch about an hour on 2 cores: the shipped bundle is trained again.
  Example: ./steadyline test --label unit
USAGE
}

run_all_tests() {
  local chosen=() stage began=$SECONDS line
  while [ $# -gt 0 ]; do
    case $1 in
      --quick) chosen+=("${quick[@]}") ;;
      --label) [ $# -gt 1 ] || give_up "test: --label needs a level; one of ${levels[*]} asan-ubsan tsan"; chosen+=("$2"); shift ;;
      -h | --help) test_usage; exit 0 ;;
      *) give_up "test: \"$1\" is not an option; known here: --quick, --label LEVEL" ;;
    esac
    shift
  done
  for stage in ${chosen[@]+"${chosen[@]}"}; do
    case " ${levels[*]} asan-ubsan tsan " in *" $stage "*) ;; *) give_up "test: \"$stage\" is not a level; one of ${levels[*]} asan-ubsan tsan" ;; esac
  done
  [ ${#chosen[@]} -gt 0 ] || chosen=("${levels[@]}" asan-ubsan tsan)

  prepare debian-packages debian-packages-build debian-packages-test
  local built=0 clang
  for stage in "${chosen[@]}"; do
    case $stage in
      asan-ubsan)
        mapfile -t clang < <(clang_arguments)
        sanitize asan-ubsan "tests_unit tests_property tests_fuzz" '^(unit|property|fuzz)$' ${clang[@]+"${clang[@]}"}
        ;;
      tsan) sanitize tsan tests_threads '^threads$' ;;
      *)
        if [ $built = 0 ]; then
          build_tests release "with all tests the first time usually 5 to 10 minutes on 2 cores" all || give_up_tests
          built=1
        fi
        run_tests "$build" "$stage" "$(jobs_of "$stage")" -L "^$stage\$"
        ;;
    esac
  done
  for line in ${left_out[@]+"${left_out[@]}"}; do say "skipped: $line"; done
  for line in ${trouble[@]+"${trouble[@]}"}; do say "failed: $line"; done
  say "all of it took $(minutes $((SECONDS - began)))"
  printf '%d passed, %d failed%s\n' $passed $failed "$([ $skipped = 0 ] || printf ', %d skipped' $skipped)"
  [ $failed = 0 ] || exit 1
}

give_up_tests() {
  printf '0 passed, 1 failed\n'
  exit 1
}
