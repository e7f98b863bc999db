# SPDX-License-Identifier: Apache-2.0
# The installed package, used from outside the project.
set(stage ${PROJECT_BINARY_DIR}/stage)
set(example ${PROJECT_SOURCE_DIR}/examples/embed-protocol)
add_test(NAME architecture.install
  COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${stage} --component protocol)
add_test(NAME architecture.installed_package
  COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${example} ${PROJECT_BINARY_DIR}/embed-protocol
          --build-generator ${CMAKE_GENERATOR} --build-noclean
          --build-options -DCMAKE_PREFIX_PATH=${stage} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
          --test-command embed ${example}/sample/entry.tlog-proof ${example}/sample/entry.json ${example}/sample/policy)
# An outside program cannot link an instrumented library: the sanitizer presets leave this label out.
set_tests_properties(architecture.install PROPERTIES LABELS package FIXTURES_SETUP installed_package)
set_tests_properties(architecture.installed_package PROPERTIES LABELS package FIXTURES_REQUIRED installed_package
                     TIMEOUT 180)
