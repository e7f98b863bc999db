// SPDX-License-Identifier: Apache-2.0
// The catalogue in SQLite: catalogue.db, which may be dropped at any time and is folded again from
// the logs.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "catalogue/ports.h"

namespace dure::node {

struct CatalogueStoreOptions {
  bool read_only = false;   // for a second process; the file must exist
  std::size_t readers = 0;  // connections for searching; 0: one per processor, at least two
  int writer_cache_kib = 12 * 1024;
  int reader_cache_kib = 6 * 1024;     // of each reader
  std::int64_t mmap_bytes = 0;         // of the file to map into memory
  std::size_t cached_bytes = 4 << 20;  // finished search pages
  // Read what searching needs when it is first asked for, instead of while opening: for commands
  // that search nothing.
  bool columns_later = false;
};

/// Opens catalogue.db at `path`; makes it when it is missing, damaged or of another version.
/// Errors: kUnsupported (the file belongs to something else and is left alone), kStorage.
Result<std::unique_ptr<CatalogueStore>> open_catalogue(const std::string& path,
                                                       CatalogueStoreOptions options = {});

}  // namespace dure::node
