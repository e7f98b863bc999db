// SPDX-License-Identifier: Apache-2.0
#include "token/token_session.h"

#include <array>
#include <vector>

namespace dure::node {
namespace {

// OBJECT IDENTIFIER prime256v1, as CKA_EC_PARAMS names the curve.
constexpr std::string_view kP256Name("\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07", 10);
constexpr std::size_t kPointBytes = 65;
constexpr std::size_t kSignatureBytes = 64;

Error token_error(ErrorCode code, const char* text, const TokenKey& key, std::string detail) {
  return Error{code,
               key.uri + ": " + detail,
               text,
               {{"key", printable(key.uri, 400)}, {"detail", std::move(detail)}}};
}

Error failed(const TokenKey& key, CK_RV code) {
  const char* words = p11_kit_strerror(code);
  return token_error(ErrorCode::kUnavailable, "errors.token_failed", key,
                     words == nullptr ? "PKCS#11 error " + std::to_string(code) : words);
}

Result<std::vector<CK_SLOT_ID>> slots_with_token(CK_FUNCTION_LIST& module, const TokenKey& key) {
  std::vector<CK_SLOT_ID> slots;
  CK_ULONG count = 0;
  // A token may come between asking how many there are and asking which.
  for (int attempt = 0; attempt < 3; ++attempt) {
    CK_RV code = module.C_GetSlotList(CK_TRUE, nullptr, &count);
    if (code != CKR_OK) return failed(key, code);
    slots.resize(count);
    code = module.C_GetSlotList(CK_TRUE, slots.data(), &count);
    if (code == CKR_BUFFER_TOO_SMALL) continue;
    if (code != CKR_OK) return failed(key, code);
    slots.resize(count);
    return slots;
  }
  return failed(key, CKR_BUFFER_TOO_SMALL);
}

struct FoundToken {
  CK_SLOT_ID slot = 0;
  CK_TOKEN_INFO info{};
};

Result<FoundToken> find_token(CK_FUNCTION_LIST& module, const TokenKey& key, P11KitUri* uri) {
  const auto slots = slots_with_token(module, key);
  if (!slots) return slots.error();
  for (const CK_SLOT_ID slot : *slots) {
    FoundToken token{slot, {}};
    if (module.C_GetTokenInfo(slot, &token.info) != CKR_OK) continue;
    if (p11_kit_uri_match_token_info(uri, &token.info) == 1) return token;
  }
  return token_error(ErrorCode::kUnavailable, "errors.token_missing", key, "no such token");
}

}  // namespace

Result<std::shared_ptr<TokenModule>> TokenModule::load(const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorCode::kInvalid,
                 path + ": " + why,
                 "errors.token_module",
                 {{"file", printable(path, 400)}, {"detail", why}}};
  };
  if (path.empty() || path.front() != '/') return refuse("not an absolute path");
  CK_FUNCTION_LIST* functions = p11_kit_module_load(path.c_str(), 0);
  if (functions == nullptr) {
    const char* why = p11_kit_message();
    return refuse(why == nullptr ? "cannot be loaded" : why);
  }
  const CK_RV code = p11_kit_module_initialize(functions);
  if (code != CKR_OK) {
    p11_kit_module_release(functions);
    return refuse(p11_kit_strerror(code));
  }
  return std::make_shared<TokenModule>(functions);
}

TokenModule::~TokenModule() {
  p11_kit_module_finalize(functions_);
  p11_kit_module_release(functions_);
}

Result<TokenUri> parse_token_uri(const std::string& text) {
  const auto refuse = [&](const char* why) {
    return Error{ErrorCode::kInvalid,
                 text + ": " + why,
                 "errors.token_uri",
                 {{"key", printable(text, 400)}, {"detail", why}}};
  };
  TokenUri uri(p11_kit_uri_new());
  if (!uri ||
      p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_OBJECT_ON_TOKEN, uri.get()) != P11_KIT_URI_OK)
    return refuse("not a pkcs11: URI");
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr) {
    // Not in the message either.
    return Error{ErrorCode::kInvalid, "a PIN in a token's URI", "errors.token_pin_in_uri"};
  }
  if (p11_kit_uri_any_unrecognized(uri.get()) == 1) return refuse("unknown attributes");
  const bool named = p11_kit_uri_get_attribute(uri.get(), CKA_LABEL) != nullptr ||
                     p11_kit_uri_get_attribute(uri.get(), CKA_ID) != nullptr;
  if (!named) return refuse("it names neither object nor id");
  return uri;
}

Result<std::unique_ptr<TokenSession>> TokenSession::open(const TokenKey& key) {
  const auto uri = parse_token_uri(key.uri);
  if (!uri) return uri.error();
  auto module = TokenModule::load(key.module);
  if (!module) return std::move(module).error();
  CK_FUNCTION_LIST& functions = (*module)->functions();
  const auto token = find_token(functions, key, uri->get());
  if (!token) return token.error();
  CK_SESSION_HANDLE handle = 0;
  const CK_RV code =
      functions.C_OpenSession(token->slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle);
  if (code != CKR_OK) return failed(key, code);
  auto session = std::make_unique<TokenSession>(*std::move(module), handle);
  if (auto in = session->log_in(key, token->info); !in) return in.error();
  if (auto found = session->find_keys(key, uri->get()); !found) return found.error();
  return session;
}

TokenSession::~TokenSession() { module_->functions().C_CloseSession(handle_); }

Status TokenSession::log_in(const TokenKey& key, const CK_TOKEN_INFO& info) const {
  if (key.pin.empty()) {
    if ((info.flags & CKF_LOGIN_REQUIRED) == 0) return ok();
    return token_error(ErrorCode::kRefused, "errors.token_pin_needed", key, "no PIN was given");
  }
  // A service that is restarted again and again must not use up the tries of its operator.
  if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0) {
    return token_error(ErrorCode::kRefused, "errors.token_pin_final_try", key,
                       "one try is left for the PIN");
  }
  std::string pin = key.pin;  // PKCS#11 wants it writable
  const CK_RV code =
      module_->functions().C_Login(handle_, CKU_USER, reinterpret_cast<unsigned char*>(pin.data()),
                                   static_cast<CK_ULONG>(pin.size()));
  volatile char* copy = pin.data();
  for (std::size_t i = 0; i < pin.size(); ++i) copy[i] = 0;
  if (code == CKR_OK || code == CKR_USER_ALREADY_LOGGED_IN) return ok();
  if (code == CKR_PIN_INCORRECT || code == CKR_PIN_INVALID || code == CKR_PIN_LEN_RANGE)
    return token_error(ErrorCode::kRefused, "errors.token_pin", key, "wrong PIN");
  if (code == CKR_PIN_LOCKED || code == CKR_PIN_EXPIRED)
    return token_error(ErrorCode::kRefused, "errors.token_pin_locked", key, "the PIN is locked");
  return failed(key, code);
}

Result<CK_OBJECT_HANDLE> TokenSession::find(const TokenKey& key, P11KitUri* uri,
                                            CK_OBJECT_CLASS kind) const {
  CK_FUNCTION_LIST& module = module_->functions();
  CK_KEY_TYPE type = CKK_EC;
  std::vector<CK_ATTRIBUTE> wanted = {{CKA_CLASS, &kind, sizeof kind},
                                      {CKA_KEY_TYPE, &type, sizeof type}};
  for (const CK_ATTRIBUTE_TYPE name : {CKA_LABEL, CKA_ID}) {
    const CK_ATTRIBUTE* given = p11_kit_uri_get_attribute(uri, name);
    if (given != nullptr) wanted.push_back(*given);
  }
  CK_RV code =
      module.C_FindObjectsInit(handle_, wanted.data(), static_cast<CK_ULONG>(wanted.size()));
  if (code != CKR_OK) return failed(key, code);
  std::array<CK_OBJECT_HANDLE, 2> found{};
  CK_ULONG count = 0;
  code = module.C_FindObjects(handle_, found.data(), found.size(), &count);
  module.C_FindObjectsFinal(handle_);
  if (code != CKR_OK) return failed(key, code);
  if (count == 1) return found[0];
  return token_error(ErrorCode::kNotFound, "errors.token_no_key", key,
                     count == 0 ? "no such key pair" : "more than one key of this name");
}

Result<std::string> TokenSession::read_point(const TokenKey& key, CK_OBJECT_HANDLE object) const {
  std::array<char, 32> params{};
  std::array<char, 256> point{};
  std::array<CK_ATTRIBUTE, 2> wanted = {
      CK_ATTRIBUTE{CKA_EC_PARAMS, params.data(), static_cast<CK_ULONG>(params.size())},
      CK_ATTRIBUTE{CKA_EC_POINT, point.data(), static_cast<CK_ULONG>(point.size())}};
  const CK_RV code =
      module_->functions().C_GetAttributeValue(handle_, object, wanted.data(), wanted.size());
  const bool whole = code == CKR_OK && wanted[0].ulValueLen <= params.size() &&
                     wanted[1].ulValueLen <= point.size();
  const bool p256 = whole && std::string_view(params.data(), wanted[0].ulValueLen) == kP256Name;
  if (!p256) {
    return token_error(ErrorCode::kUnsupported, "errors.token_curve", key,
                       "not a key of the curve P-256");
  }
  std::string_view bytes(point.data(), wanted[1].ulValueLen);
  // PKCS#11 wants an OCTET STRING around it; some tokens give the bare point.
  if (bytes.size() == kPointBytes + 2 && bytes.starts_with("\x04\x41")) bytes.remove_prefix(2);
  return std::string(bytes);
}

Status TokenSession::find_keys(const TokenKey& key, P11KitUri* uri) {
  const auto private_key = find(key, uri, CKO_PRIVATE_KEY);
  if (!private_key) return private_key.error();
  const auto public_key = find(key, uri, CKO_PUBLIC_KEY);
  if (!public_key) return public_key.error();
  auto point = read_point(key, *public_key);
  if (!point) return std::move(point).error();
  private_key_ = *private_key;
  point_ = *std::move(point);
  return ok();
}

Result<Bytes> TokenSession::sign(std::string_view hash) const {
  CK_FUNCTION_LIST& module = module_->functions();
  CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
  CK_RV code = module.C_SignInit(handle_, &mechanism, private_key_);
  std::string input(hash);  // PKCS#11 wants it writable
  Bytes signature(kSignatureBytes, '\0');
  auto size = static_cast<CK_ULONG>(signature.size());
  if (code == CKR_OK) {
    code = module.C_Sign(handle_, reinterpret_cast<unsigned char*>(input.data()),
                         static_cast<CK_ULONG>(input.size()),
                         reinterpret_cast<unsigned char*>(signature.data()), &size);
  }
  if (code == CKR_OK && size == signature.size()) return signature;
  return Error{ErrorCode::kUnavailable, code == CKR_OK ? "a signature of another length"
                                                       : std::string(p11_kit_strerror(code))};
}

}  // namespace dure::node
