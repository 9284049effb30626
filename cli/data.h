#pragma once

namespace CLI {
class App;
}

namespace hone::cli {

/// `hone data list` and `hone data make`: the generated domains, without a policy.
void add_data_command(CLI::App& app);

}  // namespace hone::cli
