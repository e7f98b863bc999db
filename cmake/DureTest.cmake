# SPDX-License-Identifier: Apache-2.0
find_package(GTest REQUIRED)
include(GoogleTest)
if(DURE_PRECOMPILE)
  dure_precompile(dure_precompiled_tests <gtest/gtest.h> <gmock/gmock.h>)
  set_target_properties(dure_precompiled_tests PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(dure_precompiled_tests PRIVATE -fPIE)  # as programs are
endif()

# dure_test(name SOURCES a_test.cc … LINKS x … [LABELS l]): one test program; each of its cases is a test of CTest,
# but with a sanitizer, where a process starts slowly, a program of unit tests is one test.
function(dure_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)  # never empty: CMake would take the next property's name for the label
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest_main GTest::gmock dure_warnings)
  target_compile_definitions(${name} PRIVATE DURE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(DURE_PRECOMPILE)
    target_precompile_headers(${name} REUSE_FROM dure_precompiled_tests)
  endif()
  set(properties LABELS "${ARG_LABELS}" ENVIRONMENT "DURE_PROGRAM=${PROJECT_BINARY_DIR}/dure")
  if(DURE_SANITIZE AND ARG_LABELS STREQUAL "unit")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 900 ${properties})
  else()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${ARG_TIMEOUT} ${properties})
  endif()
endfunction()
