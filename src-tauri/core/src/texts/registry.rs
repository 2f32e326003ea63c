//! The registry of texts: each module declares the codes that it gives, with the names and kinds of their arguments.

/// Whether a code stands for three parts or for one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A [`Notice`](crate::views::Notice): a message with the attributes `happened`, `slipway` and `you`.
    Notice,
    /// A [`Message`](crate::views::Message): a message with a value.
    Message,
}

/// The kind of an argument, as in [`Argument`](crate::views::Argument).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Shown as it is, or selects a variant.
    Text,
    /// A count.
    Number,
    /// A number with up to two decimals.
    Hundredths,
    /// A size.
    Bytes,
    /// A duration.
    Seconds,
    /// The length of a video.
    Milliseconds,
    /// An instant.
    Moment,
    /// Names.
    List,
    /// Another line.
    Message,
    /// Another notice.
    Notice,
}

/// A declared text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spec {
    /// The code. One that ends in `.*` is open: its last part comes from elsewhere, and the catalogs have one message
    /// for all such codes.
    pub code: &'static str,
    /// Three parts or one line.
    pub shape: Shape,
    /// The arguments that every such text has.
    pub args: &'static [(&'static str, Kind)],
}

impl Spec {
    /// The id of its message in the catalogs.
    pub fn id(&self) -> String {
        match self.code.strip_suffix(".*") {
            Some(_) => other_id(self.code),
            None => id(self.code),
        }
    }
}

/// Returns the id of the message of a code.
pub(super) fn id(code: &str) -> String {
    code.replace(['.', '_'], "-")
}

/// Returns the id of the fallback message of a code without its own message.
pub(super) fn other_id(code: &str) -> String {
    let segment = code.split('.').next().unwrap_or(code);
    format!("{}-other", id(segment))
}

/// Declares the texts of a module: a constructor for each, and a list of all of them for the completeness test.
///
/// `notice` declares a text of three parts, `message` one of a single line. An argument is a name and its kind. A code
/// that ends in `.*` is open: its constructor takes the last part of the code as its first argument.
///
/// ```
/// slipway_core::texts! {
///     /// The texts of this module.
///     pub static TEXTS;
///     notice file_unreadable = "post.file_unreadable" (detail: text);
///     message added = "history.added";
/// }
/// assert_eq!(file_unreadable("no such disk").code, "post.file_unreadable");
/// assert_eq!(added().code, TEXTS[1].code);
/// ```
#[macro_export]
macro_rules! texts {
    (
        $(#[$meta:meta])*
        $visibility:vis static $registry:ident;
        $( $shape:ident $name:ident = $code:literal $( ( $( $arg:ident : $kind:ident ),* $(,)? ) )? $( open $part:ident )? ; )*
    ) => {
        $(#[$meta])*
        $visibility static $registry: &[$crate::texts::Spec] = &[
            $( $crate::texts::Spec {
                code: $code,
                shape: $crate::texts!(@shape $shape),
                args: &[ $( $( (stringify!($arg), $crate::texts!(@kind $kind)) ),* )? ],
            } ),*
        ];
        $( $crate::texts!{ @constructor [ $visibility ] $shape $name $code ( $( $( $arg : $kind ),* )? ) $( $part )? } )*
    };
    (@constructor [ $visibility:vis ] $shape:ident $name:ident $code:literal ( $( $arg:ident : $kind:ident ),* )) => {
        $visibility fn $name( $( $arg: $crate::texts!(@type $kind) ),* ) -> $crate::texts!(@text $shape) {
            <$crate::texts!(@text $shape)>::new($code)
                $( .with(stringify!($arg), $crate::texts!(@argument $kind $arg)) )*
        }
    };
    (@constructor [ $visibility:vis ] $shape:ident $name:ident $code:literal ( $( $arg:ident : $kind:ident ),* ) $part:ident) => {
        $visibility fn $name( $part: &str, $( $arg: $crate::texts!(@type $kind) ),* ) -> $crate::texts!(@text $shape) {
            <$crate::texts!(@text $shape)>::new($code.replace('*', $part))
                $( .with(stringify!($arg), $crate::texts!(@argument $kind $arg)) )*
        }
    };
    (@shape notice) => { $crate::texts::Shape::Notice };
    (@shape message) => { $crate::texts::Shape::Message };
    (@text notice) => { $crate::views::Notice };
    (@text message) => { $crate::views::Message };
    (@kind text) => { $crate::texts::Kind::Text };
    (@kind number) => { $crate::texts::Kind::Number };
    (@kind hundredths) => { $crate::texts::Kind::Hundredths };
    (@kind bytes) => { $crate::texts::Kind::Bytes };
    (@kind seconds) => { $crate::texts::Kind::Seconds };
    (@kind milliseconds) => { $crate::texts::Kind::Milliseconds };
    (@kind moment) => { $crate::texts::Kind::Moment };
    (@kind list) => { $crate::texts::Kind::List };
    (@kind message) => { $crate::texts::Kind::Message };
    (@kind notice) => { $crate::texts::Kind::Notice };
    (@type text) => { impl Into<String> };
    (@type number) => { impl TryInto<i64> };
    (@type hundredths) => { u64 };
    (@type bytes) => { u64 };
    (@type seconds) => { u64 };
    (@type milliseconds) => { u64 };
    (@type moment) => { ::jiff::Timestamp };
    (@type list) => { Vec<String> };
    (@type message) => { $crate::views::Message };
    (@type notice) => { $crate::views::Notice };
    (@argument text $value:ident) => { $crate::views::Argument::text($value) };
    (@argument number $value:ident) => { $crate::views::Argument::number($value) };
    (@argument hundredths $value:ident) => { $crate::views::Argument::Hundredths($value) };
    (@argument bytes $value:ident) => { $crate::views::Argument::Bytes($value) };
    (@argument seconds $value:ident) => { $crate::views::Argument::Seconds($value) };
    (@argument milliseconds $value:ident) => { $crate::views::Argument::Milliseconds($value) };
    (@argument moment $value:ident) => { $crate::views::Argument::moment($value) };
    (@argument list $value:ident) => { $crate::views::Argument::List($value) };
    (@argument message $value:ident) => { $crate::views::Argument::Message($value) };
    (@argument notice $value:ident) => { $crate::views::Argument::Notice($value) };
}
