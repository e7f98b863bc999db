// SPDX-License-Identifier: Apache-2.0
#include "app/seed_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "app/descriptor.h"

namespace dure::node {
namespace {

constexpr std::size_t kHexDigits = 64;

Error seed_error(ErrorCode code, std::string text, const std::string& path, std::string detail) {
  return Error{
      code, path + ": " + detail, std::move(text), {{"file", path}, {"detail", std::move(detail)}}};
}

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

Status create_seed_file(const std::string& path) {
  if (sodium_init() < 0) return Error{ErrorCode::kInternal, "libsodium does not start"};
  Secret<32> seed;
  randombytes_buf(seed.data(), seed.size());
  std::array<char, kHexDigits + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), seed.data(), seed.size());
  hex[kHexDigits] = '\n';
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.get() < 0) {
    const auto code = errno == EEXIST ? ErrorCode::kConflict : ErrorCode::kStorage;
    return seed_error(code, "errors.seed_write", path, reason());
  }
  const bool written =
      write(file.get(), hex.data(), hex.size()) == static_cast<ssize_t>(hex.size());
  const bool durable = written && fsync(file.get()) == 0;
  sodium_memzero(hex.data(), hex.size());
  if (!durable) return seed_error(ErrorCode::kStorage, "errors.seed_write", path, reason());
  return ok();
}

Result<Secret<32>> read_seed_file(const std::string& path) {
  if (sodium_init() < 0) return Error{ErrorCode::kInternal, "libsodium does not start"};
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) {
    return seed_error(ErrorCode::kStorage, "errors.seed_read", path, reason());
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return seed_error(ErrorCode::kRefused, "errors.seed_permissions", path, "readable by others");
  }
  std::array<char, kHexDigits + 2> hex{};
  const auto count = read(file.get(), hex.data(), hex.size());
  Secret<32> seed;
  std::size_t bytes = 0;
  const bool shaped = count == kHexDigits || (count == kHexDigits + 1 && hex[kHexDigits] == '\n');
  const bool decoded = shaped && sodium_hex2bin(seed.data(), seed.size(), hex.data(), kHexDigits,
                                                nullptr, &bytes, nullptr) == 0;
  sodium_memzero(hex.data(), hex.size());
  if (!decoded || bytes != seed.size()) {
    return seed_error(ErrorCode::kMalformed, "errors.seed_malformed", path,
                      "not 64 hexadecimal digits");
  }
  return seed;
}

Secret<32> derive_sub_key(const Secret<32>& seed, SubKey purpose) {
  static_assert(crypto_kdf_KEYBYTES == 32);
  constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "dure-key";
  Secret<32> key;
  if (crypto_kdf_derive_from_key(key.data(), key.size(), static_cast<std::uint64_t>(purpose),
                                 kContext, seed.data()) != 0) {
    std::abort();  // only a wrong length can fail
  }
  return key;
}

}  // namespace dure::node
