// SPDX-License-Identifier: Apache-2.0
// toml++ as it is used here: compiled into its includer, without exceptions and without its
// assumptions. "[=]" breaks what parse_key() of toml++ 3.3 assumes: a debug build ended there, an
// optimised one was undefined. Without the assumption it is a syntax error like any other.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/impl/preprocessor.h>
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT_ASSUME(expr) static_assert(true)
#include <toml++/toml.h>
