//! The arguments of all commands as the generated bridge declares them, and oversized ones made from that.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// A type, as far as it matters here.
#[derive(Debug, Clone)]
enum Shape {
    Text,
    /// A number, a flag, `null` or a word of a list: all of one size.
    Fixed(Value),
    List(Box<Shape>),
    Object(Vec<(String, Shape)>),
    OneOf(Vec<Shape>),
    Named(String),
}

/// A command with its arguments.
#[derive(Debug)]
pub struct Signature {
    /// The name under which it is invoked.
    pub command: String,
    arguments: Vec<(String, Shape)>,
    types: std::rc::Rc<HashMap<String, Shape>>,
}

impl Signature {
    /// All commands in `bindings.ts`.
    pub fn all(bindings: &str) -> Vec<Self> {
        let text = without_comments(bindings);
        let types = text.split("\nexport type ").skip(1).map(|declaration| {
            let (name, shape) = declaration.split_once('=').unwrap();
            (name.trim().to_owned(), Parser(shape).shape())
        });
        let types = std::rc::Rc::new(types.collect());
        let commands = text.lines().filter(|line| line.contains("__TAURI_INVOKE<"));
        let commands = commands.map(|line| {
            let (_, arguments) = line.split_once(": (").unwrap();
            let (arguments, call) = arguments.split_once(") =>").unwrap();
            let (_, call) = call.split_once(">(\"").unwrap();
            Self {
                command: call.split('"').next().unwrap().to_owned(),
                arguments: Parser(arguments).fields(),
                types: std::rc::Rc::clone(&types),
            }
        });
        commands.collect()
    }

    /// One set of arguments for each text and each list in them, with that one oversized: `"@long"` stands for a long
    /// text, `["@many", x]` for many times `x`.
    pub fn oversized(&self) -> Vec<Value> {
        self.oversized_in(&Shape::Object(self.arguments.clone()))
    }

    fn oversized_in(&self, shape: &Shape) -> Vec<Value> {
        match shape {
            Shape::Text => vec![json!("@long")],
            Shape::Fixed(_) => vec![],
            Shape::List(part) => {
                let one = self.oversized_in(part).into_iter();
                let mut all: Vec<_> = one.map(|large| json!([large])).collect();
                all.push(json!(["@many", self.example(part)]));
                all
            }
            Shape::Object(fields) => fields
                .iter()
                .flat_map(|(name, field)| {
                    self.oversized_in(field).into_iter().map(move |large| {
                        let mut object = self.example(shape);
                        object[name] = large;
                        object
                    })
                })
                .collect(),
            Shape::OneOf(shapes) => {
                let each = shapes.iter().flat_map(|shape| self.oversized_in(shape));
                each.collect()
            }
            Shape::Named(name) => self.oversized_in(&self.types[name]),
        }
    }

    fn example(&self, shape: &Shape) -> Value {
        match shape {
            Shape::Text => json!("x"),
            Shape::Fixed(value) => value.clone(),
            Shape::List(_) => json!([]),
            Shape::Object(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, shape)| (name.clone(), self.example(shape)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Shape::OneOf(shapes) => {
                let null = |shape: &&Shape| matches!(shape, Shape::Fixed(Value::Null));
                self.example(shapes.iter().find(null).unwrap_or(&shapes[0]))
            }
            Shape::Named(name) => self.example(&self.types[name]),
        }
    }
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str(part.split_once("*/").map_or("", |(_, after)| after));
    }
    let code = rest.lines().filter(|line| !line.starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// Reads types from the front of a text.
struct Parser<'a>(&'a str);

impl Parser<'_> {
    fn takes(&mut self, sign: &str) -> bool {
        self.0 = self.0.trim_start();
        let rest = self.0.strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn word(&mut self) -> String {
        self.0 = self.0.trim_start();
        let end = self
            .0
            .find(|sign: char| !sign.is_alphanumeric() && sign != '_');
        let (word, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        assert!(!word.is_empty(), "a type begins with {:.40}", self.0);
        self.0 = rest;
        word.to_owned()
    }

    /// Fields up to the end or a closing brace.
    fn fields(&mut self) -> Vec<(String, Shape)> {
        let mut fields = Vec::new();
        while !self.takes("}") && !self.0.is_empty() {
            // A map is an object with any one name.
            let name = if self.takes("[") {
                let (_, rest) = self.0.split_once(']').unwrap();
                self.0 = rest;
                "any".to_owned()
            } else {
                self.word()
            };
            self.takes("?");
            assert!(self.takes(":"), "{name} has a type");
            fields.push((name, self.shape()));
            let _ = self.takes(",") || self.takes(";");
        }
        fields
    }

    fn shape(&mut self) -> Shape {
        self.takes("|");
        let mut shapes = vec![self.one()];
        while self.takes("|") {
            shapes.push(self.one());
        }
        if shapes.len() == 1 {
            return shapes.remove(0);
        }
        Shape::OneOf(shapes)
    }

    fn one(&mut self) -> Shape {
        let mut shape = if self.takes("{") {
            Shape::Object(self.fields())
        } else if self.takes("(") {
            let inner = self.shape();
            assert!(self.takes(")"), "a bracket is closed");
            inner
        } else if self.takes("\"") {
            let (word, rest) = self.0.split_once('"').unwrap();
            self.0 = rest;
            Shape::Fixed(json!(word))
        } else {
            match self.word().as_str() {
                "string" => Shape::Text,
                "number" => Shape::Fixed(json!(1)),
                "boolean" => Shape::Fixed(json!(false)),
                "null" => Shape::Fixed(Value::Null),
                name => Shape::Named(name.to_owned()),
            }
        };
        while self.takes("[]") {
            shape = Shape::List(Box::new(shape));
        }
        shape
    }
}
