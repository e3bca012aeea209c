# What every target of the project shares: language level, warnings, sanitizers, header checks.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# Each public header must compile on its own: build target all_verify_interface_header_sets.
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Kind of build" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

find_package(Threads REQUIRED)

add_library(ternbench_flags INTERFACE)
target_compile_options(ternbench_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    -Wimplicit-fallthrough -Wextra-semi
    $<$<BOOL:${TERNBENCH_WERROR}>:-Werror>)
if(TERNBENCH_SANITIZE)
    target_compile_options(ternbench_flags INTERFACE
        -fsanitize=${TERNBENCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(ternbench_flags INTERFACE -fsanitize=${TERNBENCH_SANITIZE})
    # The sanitizers' own instrumentation makes GCC see null dereferences and uninitialized values that are not there.
    target_compile_options(ternbench_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(TERNBENCH_FUZZ AND CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    target_compile_options(ternbench_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# ternbench_library(NAME HEADERS h... SOURCES cpp... [LINKS targets...])
# A static library whose headers are included as "folder/file.h" from the project's root.
function(ternbench_library name)
    cmake_parse_arguments(ARG "" "" "HEADERS;SOURCES;LINKS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${ARG_HEADERS})
    target_link_libraries(${name} PUBLIC ${ARG_LINKS} Threads::Threads PRIVATE ternbench_flags)
endfunction()
