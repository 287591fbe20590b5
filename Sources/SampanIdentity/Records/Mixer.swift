/// A 64-bit mix of values (the finaliser of splitmix64 after each): for tables in memory. What goes to disk passes through a keyed
/// function.
struct Mixer {
    private(set) var value: UInt64

    init(_ seed: UInt64) { value = seed }

    mutating func add(_ part: UInt64) {
        var mixed = value ^ (part &+ 0x9E37_79B9_7F4A_7C15 &+ (value << 6) &+ (value >> 2))
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        value = mixed ^ (mixed >> 31)
    }

    mutating func add(_ text: some Sequence<UInt8>) {
        for byte in text { add(UInt64(byte)) }
    }

    static func hash(_ parts: UInt64...) -> UInt64 {
        var mixer = Mixer(0x2545_F491_4F6C_DD1D)
        for part in parts { mixer.add(part) }
        return mixer.value
    }
}
