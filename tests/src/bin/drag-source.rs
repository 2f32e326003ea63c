//! A small window from which the given files can be dragged.

#[cfg(target_os = "linux")]
fn main() {
    use gtk::gdk::{DragAction, ModifierType};
    use gtk::prelude::*;
    use std::process::exit;

    let files: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = gtk::init() {
        eprintln!("there is no screen: {error}");
        exit(1);
    }
    // Without a frame and above all other windows.
    let window = gtk::Window::new(gtk::WindowType::Popup);
    window.set_default_size(60, 60);
    window.move_(0, 0);
    let list = gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0);
    window.drag_source_set(ModifierType::BUTTON1_MASK, &[list], DragAction::COPY);
    window.connect_drag_data_get(move |_, _, data, _, _| {
        data.set_uris(&files.iter().map(String::as_str).collect::<Vec<_>>());
    });
    window.connect_drag_failed(|_, _, how| {
        eprintln!("the drag failed: {how:?}");
        exit(2);
    });
    window.connect_drag_end(|_, _| exit(0));
    window.connect_map_event(|_, _| {
        println!("ready");
        gtk::glib::Propagation::Proceed
    });
    window.show_all();
    gtk::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("The window tests run on Linux.");
}
