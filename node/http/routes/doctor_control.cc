// SPDX-License-Identifier: Apache-2.0
#include "http/routes/doctor_control.h"

#include <memory>
#include <utility>

#include "http/routes/control_reply.h"

namespace dure::node::http {

void add_doctor_control(Router& router, DoctorPorts given) {
  const auto ports = std::make_shared<const DoctorPorts>(std::move(given));
  using Answer = Response (*)(const DoctorPorts&, const Request&);
  const auto add = [&](const char* method, const char* path, Answer answer) {
    router.add(method, path, [ports, answer](const Request& request, const PathArguments&) {
      return answer(*ports, request);
    });
  };
  add("GET", "/control/v1/doctor", [](const DoctorPorts& doctor, const Request& request) {
    const auto facts = doctor.facts();
    return facts ? control_json(*facts) : control_problem(request, facts.error());
  });
  add("POST", "/control/v1/doctor/front",
      [](const DoctorPorts& doctor, const Request&) { return control_json(doctor.expect()); });
  add("GET", "/control/v1/doctor/front", [](const DoctorPorts& doctor, const Request& request) {
    return control_json(doctor.arrived(std::string(request.parameter("mark").value_or(""))));
  });
}

}  // namespace dure::node::http
