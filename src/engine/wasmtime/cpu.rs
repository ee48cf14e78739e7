//! The x86-64 levels that guests are compiled for: what the compiler tells Cranelift and what the runtime asks the CPU
//! come from one list, so a guest of the chosen level is never refused.

/// Cranelift's name and the CPU's name of every feature that a level adds to the one below.
macro_rules! level {
    ($features:ident, $detect:ident, $($cranelift:literal is $cpu:tt),+) => {
        pub const $features: &[&str] = &[$($cranelift),+];

        fn $detect() -> bool {
            true $(&& std::arch::is_x86_feature_detected!($cpu))+
        }
    };
}

level!(V2, has_v2, "has_sse3" is "sse3", "has_ssse3" is "ssse3", "has_sse41" is "sse4.1", "has_sse42" is "sse4.2",
    "has_popcnt" is "popcnt");
level!(V3, has_v3, "has_avx" is "avx", "has_avx2" is "avx2", "has_bmi1" is "bmi1", "has_bmi2" is "bmi2",
    "has_fma" is "fma", "has_lzcnt" is "lzcnt");

/// The highest level whose guest runs here: 3, 2, or 1 when not even that of level 2 does.
pub fn level() -> i32 {
    match (has_v2(), has_v3()) {
        (true, true) => 3,
        (true, false) => 2,
        (false, _) => 1,
    }
}
