add_library(steadyline_warnings INTERFACE)
target_compile_options(steadyline_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers -Wnon-virtual-dtor)

# Same bits on every machine (docs/architecture.md): no contraction of a*b+c behind our back, no reassociation.
add_library(steadyline_arithmetic INTERFACE)
target_compile_options(steadyline_arithmetic INTERFACE -ffp-contract=off)
