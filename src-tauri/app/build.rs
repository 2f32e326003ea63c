//! Hands Tauri the configuration, the capabilities and the permissions, so that a wrong name is a build error.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // With a pattern of one's own Tauri does not watch the folders, and an edit would be ignored in silence.
    println!("cargo:rerun-if-changed=src-tauri/app/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/app/permissions");
    let permissions = tauri_build::AppManifest::new()
        .permissions_path_pattern("./src-tauri/app/permissions/*.toml");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/app/capabilities/*.json")
        .app_manifest(permissions);
    Ok(tauri_build::try_build(attributes)?)
}
