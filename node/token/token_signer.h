// SPDX-License-Identifier: Apache-2.0
// A P-256 key that never leaves a PKCS#11 token.
#pragma once

#include <memory>
#include <string>

#include "dure/key.h"
#include "dure/result.h"

namespace dure::node {

/// Where a key is and how it is opened.
struct TokenKey {
  std::string module;  // the token maker's shared library
  std::string uri;     // RFC 7512: pkcs11:token=…;object=…
  std::string pin;     // empty: the token asks for none
};

/// Opens the token, logs in and finds the key, which signs notes under `name`. A token that goes
/// away is looked for again at the next signature; every signature is verified before it counts.
/// Errors: kInvalid (module, URI), kUnavailable (no such token, or it failed), kRefused (PIN),
/// kNotFound (no such key, or several), kUnsupported (not P-256).
Result<std::unique_ptr<Signer>> open_token_signer(std::string name, TokenKey key);

}  // namespace dure::node
