// SPDX-License-Identifier: Apache-2.0
// The parts of a form, from a shape and what the body holds there. Internal to console/.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "console/form_shape.h"
#include "web/form_view.h"

namespace dure::node {

/// Makes the parts of one form. What the constructor takes must outlive it.
class PartMaker {
 public:
  PartMaker(std::string_view type, Language language, const std::vector<OptionGroup>& regions)
      : type_(type), language_(language), regions_(regions) {}

  /// The member `shape` of the body, which holds `value` there (null: nothing).
  FormPart member(const FormShape& shape, const nlohmann::json* value);
  /// The members of `object`, which stands at `above`, that `shape` does not know.
  void add_unknown(std::vector<FormPart>& parts, const FormShape& shape, const std::string& above,
                   const nlohmann::json& object) const;

 private:
  struct Place {
    std::string pointer, label, help;
    bool required = false;
  };

  FormPart make(const FormShape& shape, const nlohmann::json* value, const Place& place);
  FormPart kept(const nlohmann::json& value, const Place& place) const;
  void fill_members(FormPart& part, const FormShape& shape, const nlohmann::json* value,
                    bool asked_for);
  void fill_items(FormPart& part, const FormShape& shape, const nlohmann::json* value);
  void fill_languages(FormPart& part, const FormShape& shape, const nlohmann::json* value);
  void fill_region(FormPart& part, const FormShape& shape, const nlohmann::json* value,
                   bool asked_for);
  void offer_regions(FormPart& code) const;
  void fill_choices(FormPart& part, const FormShape& shape, const nlohmann::json* value) const;
  void fill_choice(FormPart& part, const FormShape& shape) const;
  void fill_text(FormPart& part, const FormShape& shape) const;
  Place place_of(const FormShape& shape, const std::string& above, bool asked_for) const;

  std::string_view type_;
  Language language_;
  const std::vector<OptionGroup>& regions_;
  std::size_t region_lists_ = 0;
};

/// The id of the element for `pointer`: each has its own, and it needs no escapes.
std::string part_id(std::string_view pointer);

/// Ten digits for the five of a region's code; other text as it is.
std::string legal_district(std::string_view code);

}  // namespace dure::node
