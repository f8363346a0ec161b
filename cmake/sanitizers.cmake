# Sanitizers cover every target declared after this file, so it is included before the first add_subdirectory.
if(STEADYLINE_SANITIZE)
  add_compile_options(-fsanitize=${STEADYLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STEADYLINE_SANITIZE})
endif()
if(STEADYLINE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
