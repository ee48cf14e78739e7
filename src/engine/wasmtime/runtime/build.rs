//! Puts the C API's headers, with ours beside them, where the C++ build can name them: `$BELLJAR_WASMTIME_INCLUDE`, or
//! `include/` in this crate's output directory.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=belljar_wasmtime.h");
    println!("cargo:rerun-if-env-changed=BELLJAR_WASMTIME_INCLUDE");

    let theirs = env::var("DEP_WASMTIME_C_API_INCLUDE").expect("set by wasmtime-c-api's build script");
    let target = match env::var_os("BELLJAR_WASMTIME_INCLUDE") {
        Some(given) => PathBuf::from(given),
        None => PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo")).join("include"),
    };
    copy_tree(Path::new(&theirs), &target)?;
    fs::copy("belljar_wasmtime.h", target.join("belljar_wasmtime.h"))?;
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
