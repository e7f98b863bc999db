// SPDX-License-Identifier: Apache-2.0
// What a receiver of webhooks checks, with another library than signs them.
#pragma once

#include <openssl/evp.h>

#include <string>

#include "dure/encoding.h"

namespace dure::node {

/// What came with one post, as its headers say it.
struct ReceivedHook {
  std::string id, timestamp, signature, body;
};

/// As Standard Webhooks says; `key` is the text that `dure status` shows.
inline bool receiver_accepts(const std::string& key, const ReceivedHook& hook) {
  if (!key.starts_with("whpk_") || !hook.signature.starts_with("v1a,")) return false;
  const auto point = base64_decode(key.substr(5));
  const auto signature = base64_decode(hook.signature.substr(4));
  if (!point || !signature) return false;
  const std::string content = hook.id + "." + hook.timestamp + "." + hook.body;
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  EVP_PKEY* opened =
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(*point), point->size());
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good = opened != nullptr &&
                    EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, opened) == 1 &&
                    EVP_DigestVerify(context, bytes(*signature), signature->size(), bytes(content),
                                     content.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(opened);
  return good;
}

}  // namespace dure::node
