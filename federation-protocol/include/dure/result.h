// SPDX-License-Identifier: Apache-2.0
// A value or an Error: the C++20 stand-in for std::expected, with the same member names.
#pragma once

#include <cstdlib>
#include <type_traits>
#include <utility>
#include <variant>

#include "dure/error.h"

namespace dure {

template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that a function can `return value;` or `return Error{…};`.
  // NOLINTBEGIN(google-explicit-constructor)
  Result(T value) : data_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : data_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  bool has_value() const { return data_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return *checked(std::get_if<0>(&data_)); }
  const T& operator*() const& { return *checked(std::get_if<0>(&data_)); }
  T&& operator*() && { return std::move(*checked(std::get_if<0>(&data_))); }
  T* operator->() { return checked(std::get_if<0>(&data_)); }
  const T* operator->() const { return checked(std::get_if<0>(&data_)); }

  const Error& error() const& { return *checked(std::get_if<1>(&data_)); }
  Error&& error() && { return std::move(*checked(std::get_if<1>(&data_))); }

 private:
  // Reading the side that is not there is a programming error: stop, in release builds too.
  template <class P>
  static P* checked(P* pointer) {
    if (pointer == nullptr) std::abort();
    return pointer;
  }
  std::variant<T, Error> data_;
};

/// Success without a value, or an Error. `return ok();`
using Status = Result<std::monostate>;
inline Status ok() { return std::monostate{}; }

}  // namespace dure
