//! Passes the configuration, capabilities and permissions to Tauri, so that a wrong name fails the build.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // Tauri does not watch folders with a custom pattern, so an edit would not cause a rebuild.
    println!("cargo:rerun-if-changed=src-tauri/app/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/app/permissions");
    let permissions = tauri_build::AppManifest::new()
        .permissions_path_pattern("./src-tauri/app/permissions/*.toml");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/app/capabilities/*.json")
        .app_manifest(permissions);
    Ok(tauri_build::try_build(attributes)?)
}
