#pragma once

#include <string>

/// Numbers for people.
namespace hone::report {

/// 987, 12.4k, 1.56M, 3.2B: three significant digits.
[[nodiscard]] std::string format_count(double count);
/// 12.4k tok/s
[[nodiscard]] std::string format_token_rate(double tokens_per_s);
/// 1.3 TFLOP, 12 PFLOP
[[nodiscard]] std::string format_flops(double flops);
/// 512 B, 12.4 KiB, 1.56 GiB: three significant digits.
[[nodiscard]] std::string format_bytes(double bytes);
/// 0.008 gives "0.8 %"; below a tenth of a percent two significant digits: "0.0032 %".
[[nodiscard]] std::string format_percent(double share);
/// 0.4 s, 12 s, 2 m 05 s, 1 h 02 m, 3 d 04 h
[[nodiscard]] std::string format_duration(double seconds);
/// $0.0042, $1.20, $5.2M
[[nodiscard]] std::string format_usd(double usd);
/// At most `digits` significant digits, no trailing zeros; "nan" and "inf" as such.
[[nodiscard]] std::string format_number(double value, int digits = 4);

}  // namespace hone::report
