// SPDX-License-Identifier: Apache-2.0
// A catalogue that holds no text: enough for the eraser, which tells it what to take away.
#pragma once

#include "catalogue/ports.h"

namespace dure::simulation {

class SimulatedCatalogue final : public node::CatalogueStore {
 public:
  Result<std::uint64_t> position(std::string_view) override { return std::uint64_t{0}; }
  Status apply(std::span<const node::CatalogueChange>,
               std::span<const std::pair<std::string, std::uint64_t>>) override {
    return ok();
  }
  Result<node::SearchPage> search(const node::SearchQuery&) override { return node::SearchPage(); }
  Result<std::vector<node::CatalogueItem>> find(std::string_view) override {
    return std::vector<node::CatalogueItem>();
  }
  Result<std::vector<std::uint64_t>> history(std::string_view, std::string_view) override {
    return std::vector<std::uint64_t>();
  }
  std::uint64_t version() override { return mark_.version; }
  Status erase(std::span<const node::CatalogueChange>) override {
    ++mark_.version;
    return ok();
  }
  Status sweep() override { return ok(); }
  Result<node::CatalogueMark> mark() override { return mark_; }

 private:
  node::CatalogueMark mark_{7, 1};
};

}  // namespace dure::simulation
