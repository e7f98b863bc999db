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
#include "app/durable_file.h"

namespace dure::node {
namespace {

constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;

Error seed_error(ErrorCode code, std::string text, const std::string& path, std::string detail) {
  return Error{
      code, path + ": " + detail, std::move(text), {{"file", path}, {"detail", std::move(detail)}}};
}

std::string reason() { return std::generic_category().message(errno); }

/// The text of a key file, which is wiped.
class SecretText {
 public:
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  ~SecretText() { sodium_memzero(text_.data(), text_.size()); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Result<KeyFile> close_up(const Seed& seed, const Passphrase* passphrase) {
  if (passphrase != nullptr) return seal(seed, *passphrase);
  KeyFile file;
  file.suite = seed.suite;
  for (std::size_t i = 0; i < Secret<32>::size(); ++i) file.seed.data()[i] = seed.bytes.data()[i];
  return file;
}

bool is_cosigner(SubKey purpose) {
  return purpose == SubKey::kWitness || purpose == SubKey::kMirror ||
         purpose >= SubKey::kFirstLaterWitness;
}

/// What was in the file stays on no disk that writes in place.
void overwrite(int file) {
  struct stat info {};
  if (file < 0 || fstat(file, &info) != 0 || info.st_nlink != 0) return;  // linked elsewhere
  const std::array<char, kMaxKeyFileBytes> zeros{};
  if (pwrite(file, zeros.data(), zeros.size(), 0) > 0) fsync(file);
}

}  // namespace

Status create_seed_file(const std::string& path, Suite suite, const Passphrase* passphrase) {
  if (sodium_init() < 0) return Error{ErrorCode::kInternal, "libsodium does not start"};
  Seed seed;
  seed.suite = suite;
  randombytes_buf(seed.bytes.data(), Secret<32>::size());
  const auto file = close_up(seed, passphrase);
  if (!file) return file.error();
  const SecretText contents(format_key_file(*file));
  auto written = write_new_file(path, contents.text(), kPrivate);
  if (written) return written;
  return seed_error(written.error().code, "errors.seed_write", path, written.error().detail);
}

Result<KeyFile> load_key_file(const std::string& path) {
  if (sodium_init() < 0) return Error{ErrorCode::kInternal, "libsodium does not start"};
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) {
    return seed_error(ErrorCode::kStorage, "errors.seed_read", path, reason());
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return seed_error(ErrorCode::kRefused, "errors.seed_permissions", path, "readable by others");
  }
  std::array<char, kMaxKeyFileBytes + 1> bytes{};
  const auto count = read(file.get(), bytes.data(), bytes.size());
  if (count < 0) return seed_error(ErrorCode::kStorage, "errors.seed_read", path, reason());
  auto parsed = parse_key_file({bytes.data(), static_cast<std::size_t>(count)});
  sodium_memzero(bytes.data(), bytes.size());
  if (parsed) return parsed;
  return seed_error(parsed.error().code, "errors.seed_malformed", path, parsed.error().detail);
}

Result<Seed> read_seed_file(const std::string& path, const PassphraseSource& passphrases) {
  const auto file = load_key_file(path);
  if (!file) return file.error();
  if (!file->sealed) return unseal(*file, Passphrase({}));
  if (passphrases.remembered() != nullptr) {
    auto seed = unseal(*file, *passphrases.remembered());
    if (seed || seed.error().code != ErrorCode::kRefused) return seed;
  }
  auto passphrase = passphrases.of(path);
  if (!passphrase) return passphrase.error();
  auto seed = unseal(*file, *passphrase);
  if (seed) passphrases.remember(*std::move(passphrase));
  if (seed || seed.error().code != ErrorCode::kRefused) return seed;
  return seed_error(ErrorCode::kRefused, "errors.passphrase_wrong", path, seed.error().detail);
}

Status replace_seed_file(const std::string& path, const Seed& seed, const Passphrase* passphrase) {
  const auto file = close_up(seed, passphrase);
  if (!file) return file.error();
  const SecretText contents(format_key_file(*file));
  const Descriptor former(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  auto replaced = replace_file(path, contents.text(), kPrivate);
  if (!replaced) {
    return seed_error(replaced.error().code, "errors.seed_write", path, replaced.error().detail);
  }
  overwrite(former.get());
  return ok();
}

Status take_over_seed_file(const std::string& from, const std::string& path) {
  const Descriptor former(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (auto moved = move_file(from, path); !moved) return moved;
  if (auto synced = sync_folder(folder_of(path)); !synced) return synced;
  overwrite(former.get());
  return ok();
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

Result<std::unique_ptr<Signer>> make_sub_signer(const Seed& seed, SubKey purpose,
                                                std::string name) {
  const KeyType type =
      is_cosigner(purpose) ? cosignature_key_type(seed.suite) : note_key_type(seed.suite);
  return make_signer(std::move(name), type, derive_sub_key(seed.bytes, purpose));
}

}  // namespace dure::node
