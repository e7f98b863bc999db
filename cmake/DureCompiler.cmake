# SPDX-License-Identifier: Apache-2.0
# One place for language level, warnings, sanitizers and coverage.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(DURE_CCACHE ccache)
  if(DURE_CCACHE)
    # Paths below this tree count as relative, so that a second clone or work tree finds what the first one compiled.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=true ${DURE_CCACHE})
  endif()
endif()

# Some fifty test programs are linked, each with most of the node: lld takes a fifth of the time.
find_program(DURE_LLD NAMES ld.lld)
if(DURE_LLD AND DURE_BUILD_TESTS)
  add_link_options(-fuse-ld=lld)
endif()

add_library(dure_warnings INTERFACE)
target_compile_options(dure_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
  $<$<BOOL:${DURE_WERROR}>:-Werror>)

if(DURE_SANITIZE)
  add_compile_options(-fsanitize=${DURE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DURE_SANITIZE})
  if(DURE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(DURE_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()

# The headers that most sources include, read once per build. A source includes what it needs all the same: builds without
# this option see to it.
function(dure_precompile name)
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cc "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cc)
  target_link_libraries(${name} PRIVATE dure_warnings)
  target_precompile_headers(${name} PRIVATE <algorithm> <array> <chrono> <condition_variable> <filesystem> <fstream>
    <functional> <map> <memory> <mutex> <optional> <set> <span> <sstream> <string> <string_view> <thread> <unordered_map>
    <variant> <vector> <fmt/format.h> <nlohmann/json.hpp> ${ARGN})
endfunction()
if(DURE_PRECOMPILE)
  dure_precompile(dure_precompiled)
endif()

# dure_library(name SOURCES a.cc … LINKS x …): a node library; folder = target = namespace.
function(dure_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/node)
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE dure_warnings ${ARG_PRIVATE_LINKS})
  if(DURE_PRECOMPILE)
    target_precompile_headers(${name} REUSE_FROM dure_precompiled)
  endif()
endfunction()
