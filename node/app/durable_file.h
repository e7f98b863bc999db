// SPDX-License-Identifier: Apache-2.0
// Files that are either whole and on disk, or not there.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/result.h"

namespace dure::node {

/// Makes the new file `path`. Errors: kConflict if it exists; kStorage (then it is not there).
Status write_new_file(const std::string& path, std::string_view contents, mode_t mode);
/// Makes `path` hold `contents`, or leaves what was there. Errors: kStorage.
Status replace_file(const std::string& path, std::string_view contents, mode_t mode);
/// Copies `from` to the new file `to`. Errors: as write_new_file.
Status copy_new_file(const std::string& from, const std::string& to, mode_t mode);
/// Moves `from` to `to`, which it replaces. Errors: kStorage.
Status move_file(const std::string& from, const std::string& to);
/// Makes names in `folder` survive a power cut. Errors: kStorage.
Status sync_folder(const std::string& folder);
/// The folder that `path` lies in.
std::string folder_of(const std::string& path);

struct FileDigest {
  std::uint64_t bytes = 0;
  Hash sha256{};
};
/// Errors: kStorage.
Result<FileDigest> digest_file(const std::string& path);
/// Gives a whole file to `take`, part by part. Errors: kStorage; kNotFound; those of `take`.
Status each_block(const std::string& path, const std::function<Status(std::string_view)>& take);
/// A whole file of at most `max_bytes`. Errors: kStorage; kNotFound; kTooLarge.
Result<std::string> read_small_file(const std::string& path, std::size_t max_bytes);

}  // namespace dure::node
