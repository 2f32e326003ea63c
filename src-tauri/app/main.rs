fn main() { slipway::run() }
