# Sanitizers cover every target declared after this file, so it is included before the first add_subdirectory.
# Third parties stay as Debian built them: the sanitizers see our code and what it hands over.
if(STEADYLINE_SANITIZE)
  add_compile_options(-fsanitize=${STEADYLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STEADYLINE_SANITIZE})
endif()

# libFuzzer belongs to clang. Elsewhere the same fuzz programs are built around tests/support/fuzz_main.cpp (steadyline_fuzz).
if(STEADYLINE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "STEADYLINE_FUZZ needs clang: configure with -DCMAKE_CXX_COMPILER=clang++-16 (Debian 12) or clang++-19 (13)")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
