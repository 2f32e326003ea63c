//! Placeholder.
#[tauri::command]
#[specta::specta]
fn hello(name: String) -> Result<String, String> { Ok(name) }
/// Runs.
pub fn run() {
    let b = tauri_specta::Builder::<tauri::Wry>::new().commands(tauri_specta::collect_commands![hello]);
    tauri::Builder::default().invoke_handler(b.invoke_handler()).run(tauri::generate_context!()).unwrap();
}
