import SampanTestSupport
import SampanProtobuf
import SampanTestMessages
import Testing

/// What protobuf-c 1.4.1 and protoc-c do not do, or do wrongly, and users of our messages do not meet.
@Suite("Gaps of protobuf-c are closed")
struct GapTests {
    typealias EveryKind = TestV1.EveryKind
    typealias Leaf = TestV1.Leaf

    @Test("proto3 optional: a present default value is kept, an absent one is nil")
    func optional() throws {
        var message = EveryKind()
        #expect(try EveryKind(serialized: []).oInt32 == nil)
        message.oInt32 = 0
        message.oString = ""
        message.oBytes = []
        message.oBool = false
        message.oColor = .unspecified
        message.oLeaf = Leaf()
        let back = try EveryKind(serialized: message.serialized())
        #expect(back == message)
        #expect(back.oInt32 == 0 && back.oString == "" && back.oBytes == [] && back.oBool == false && back.oColor == .unspecified)
    }

    @Test("maps: of entries with the same key the last counts, missing keys and values are defaults")
    func maps() throws {
        let entry = { (key: String, value: String) in Wire.bytes(71, Wire.text(1, key) + Wire.text(2, value)) }
        let message = try EveryKind(serialized: entry("k", "first") + entry("x", "y") + entry("k", "last") + Wire.bytes(71, []))
        #expect(message.mStringString == ["k": "last", "x": "y", "": ""])
        #expect(try EveryKind(serialized: Wire.bytes(72, Wire.int(1, 5))).mInt32Leaf == [5: Leaf()])
    }

    @Test("a oneof's message that comes twice is merged")
    func oneofMerge() throws {
        let bytes = Wire.bytes(89, Wire.int(1, 5)) + Wire.bytes(89, Wire.text(2, "b") + Wire.int(3, 1))
        #expect(try EveryKind(serialized: bytes).choice == .cLeaf(Leaf(a: 5, b: "b", c: [1])))
    }

    @Test("a oneof's message that comes again after another member is not merged with what was before")
    func oneofReplaced() throws {
        let first = Wire.bytes(89, Wire.int(1, 5))
        let second = Wire.bytes(89, Wire.text(2, "b"))
        #expect(try EveryKind(serialized: first + Wire.int(83, 1) + second).choice == .cLeaf(Leaf(b: "b")))
        #expect(try EveryKind(serialized: first + Wire.bytes(90, []) + second + second).choice == .cLeaf(Leaf(b: "b")))
        #expect(try EveryKind(serialized: first + second + Wire.bytes(90, Wire.int(1, 7))).choice == .cOtherLeaf(Leaf(a: 7)))
        #expect(try EveryKind(serialized: first + second + Wire.text(86, "t")).choice == .cString("t"))
    }

    @Test("a message that comes twice is merged as the specification says: also zeros, and unknown fields")
    func plainMerge() throws {
        let one = Wire.bytes(17, Wire.int(1, 5) + Wire.int(3, 1) + Wire.int(99, 1) + Wire.bytes(5, Wire.int(1, 1)))
        let two = Wire.bytes(17, Wire.int(1, 0) + Wire.int(3, 2) + Wire.int(98, 2) + Wire.bytes(5, Wire.text(2, "n")))
        let leaf = try #require(try EveryKind(serialized: one + two).fLeaf)
        #expect(leaf.a == 0)
        #expect(leaf.c == [1, 2])
        #expect(leaf.next == Leaf(a: 1, b: "n"))
        #expect(leaf.unknownFields.bytes == Wire.int(99, 1) + Wire.int(98, 2))
    }

    static let notUTF8: [(String, [UInt8])] = [
            ("f_string", Wire.bytes(14, [0xFF, 0xFE])), ("o_string", Wire.bytes(34, [0xC0, 0x80])),
            ("r_string", Wire.text(54, "ok") + Wire.bytes(54, [0xED, 0xA0, 0x80])), ("c_string", Wire.bytes(86, [0x80])),
            ("key", Wire.bytes(71, Wire.bytes(1, [0xF5]))), ("value", Wire.bytes(71, Wire.bytes(2, [0xE4, 0xB8]))),
            ("b", Wire.bytes(17, Wire.bytes(2, [0xFF]))),
        ]

    @Test("UTF-8 is checked in every place a string can stand", arguments: notUTF8)
    func utf8(field: String, bytes: [UInt8]) throws {
        let error = #expect(throws: ProtobufError.self) { try EveryKind(serialized: bytes) }
        guard case .invalidUTF8(_, let named)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(named == field)
    }

    @Test("NUL in a string stays, and what follows it")
    func nul() throws {
        let message = try EveryKind(serialized: Wire.text(14, "ab\0cd"))
        #expect(message.fString == "ab\0cd")
        #expect(try message.serialized() == Wire.text(14, "ab\0cd"))
    }

    static let mistyped: [[UInt8]] = [
            Wire.text(3, "no int"), Wire.int(14, 5), Wire.tag(3, 5) + [1, 2, 3, 4], Wire.tag(1, 0) + [9], Wire.int(17, 1),
            Wire.tag(54, 1) + [1, 2, 3, 4, 5, 6, 7, 8], Wire.int(41, 7), Wire.text(83, "x"), Wire.int(57, 3), Wire.group(14, []),
        ]

    @Test("a known field with another wire type is kept as unknown, byte for byte", arguments: mistyped)
    func wireType(bytes: [UInt8]) throws {
        let message = try EveryKind(serialized: bytes + Wire.int(4, 6))
        #expect(message.unknownFields.bytes == bytes)
        #expect(message.fInt64 == 6)
        #expect(try message.serialized() == Wire.int(4, 6) + bytes)
        #expect(try EveryKind(serialized: message.serialized()) == message)
    }

    @Test("unknown groups are kept byte for byte, nested ones too")
    func groups() throws {
        let group = Wire.group(999, Wire.int(1, 5) + Wire.group(2, Wire.text(3, "中")) + Wire.tag(4, 5) + [1, 2, 3, 4])
        let bytes = Wire.int(3, 1) + group + Wire.int(998, 2)
        let message = try EveryKind(serialized: bytes)
        #expect(message.unknownFields.bytes == group + Wire.int(998, 2))
        #expect(try message.serialized() == bytes)
    }

    @Test("a group without an end, with another's end, or an end alone is refused")
    func unbalancedGroups() {
        #expect(throws: ProtobufError.truncated) { try EveryKind(serialized: Wire.tag(999, 3)) }
        #expect(throws: ProtobufError.invalidWireType) { try EveryKind(serialized: Wire.tag(999, 3) + Wire.tag(998, 4)) }
        #expect(throws: ProtobufError.invalidWireType) { try EveryKind(serialized: Wire.tag(999, 4)) }
    }

    @Test("the normaliser's own carrier number is nothing special when a peer sends it")
    func carrier() throws {
        let number = 536_870_911
        for bytes in [Wire.text(number, "x"), Wire.int(number, 1), Wire.bytes(number, Wire.bytes(number, [1])), Wire.bytes(number, [])] {
            let message = try EveryKind(serialized: bytes + Wire.group(7000, []))
            #expect(message.unknownFields.bytes == bytes + Wire.group(7000, []))
            #expect(try EveryKind(serialized: message.serialized()) == message)
        }
    }

    @Test("-0.0 is not 0: it is sent, in plain fields and in maps")
    func negativeZero() throws {
        var message = EveryKind(fDouble: -0.0, fFloat: -0.0)
        message.mBoolDouble[false] = -0.0
        let back = try EveryKind(serialized: message.serialized())
        #expect(back.fDouble.sign == .minus && back.fFloat.sign == .minus && back.mBoolDouble[false]?.sign == .minus)
        #expect(try EveryKind(fDouble: 0.0).serialized().isEmpty)
    }

    @Test("NaN comes back")
    func nan() throws {
        let back = try EveryKind(serialized: EveryKind(fDouble: .nan, oFloat: .nan, rDouble: [.nan]).serialized())
        #expect(back.fDouble.isNaN && back.oFloat?.isNaN == true && back.rDouble.first?.isNaN == true)
    }

    @Test("a packed bool of another form than one byte of 0 or 1 is read")
    func packedBool() throws {
        #expect(try EveryKind(serialized: Wire.bytes(53, [0x80, 0x01, 0x02, 0x00, 0x80, 0x00])).rBool == [true, true, false, false])
    }

    @Test("fields and rpcs may be named by keywords and macros of C and Swift")
    func keywords() throws {
        var message = TestV1.Keywords()
        message.class = 1
        message.int = 2
        message.`self_` = "s"
        message.unix = 3
        message.errno = 4
        message.nX = 5
        message.x = [6]
        message.requestID = "id"
        message.imageURL = "url"
        message.switch = .none_("n")
        message.operator = .self_
        message.string = .init(value: "v")
        message.box = .init(keywords: TestV1.Keywords(int: 9))
        #expect(try TestV1.Keywords(serialized: message.serialized()) == message)
    }

    @Test("enums keep values that the contract does not have, negative ones too", arguments: [Int32(99), -7, .max, .min])
    func unknownEnum(value: Int32) throws {
        let message = try EveryKind(serialized: Wire.int(16, UInt64(bitPattern: Int64(value))))
        #expect(message.fColor == .unrecognized(value))
        #expect(try message.serialized() == Wire.int(16, UInt64(bitPattern: Int64(value))))
    }

    @Test("aliases of enum values are the same value")
    func alias() {
        #expect(TestV1.Color.crimson == .red)
        #expect(TestV1.Color.allCases == [.unspecified, .red, .blue, .negative])
    }

    @Test("fields that a contract lacks travel through it")
    func stranger() throws {
        var generator = SeededRandom(seed: 7)
        for _ in 0..<50 {
            let original = EveryKind.random(using: &generator)
            let through = try TestV1.Stranger(serialized: original.serialized())
            #expect(through.fInt32 == original.fInt32)
            #expect(try EveryKind(serialized: through.serialized()) == original)
        }
    }

    @Test("types that contain themselves in every way")
    func recursion() throws {
        let leaf = TestV1.Tree(name: "leaf")
        let tree = TestV1.Tree(
            name: "root", left: leaf, right: TestV1.Tree(left: leaf), children: [leaf, leaf], named: ["a": leaf],
            kind: .forest(TestV1.Forest(first: leaf, rest: [leaf])))
        #expect(try TestV1.Tree(serialized: tree.serialized()) == tree)
        #expect(try TestV1.Tree(serialized: TestV1.Tree(kind: .graft(tree)).serialized()).kind == .graft(tree))
    }

    @Test("packed and unpacked forms are both read for both kinds of contract")
    func packing() throws {
        let both = Wire.bytes(43, [1, 2]) + Wire.int(43, 3) + Wire.bytes(43, []) + Wire.bytes(61, [4, 5]) + Wire.int(61, 6)
        let message = try EveryKind(serialized: both)
        #expect(message.rInt32 == [1, 2, 3])
        #expect(message.uInt32 == [4, 5, 6])
        #expect(try message.serialized() == Wire.bytes(43, [1, 2, 3]) + Wire.int(61, 4) + Wire.int(61, 5) + Wire.int(61, 6))
    }
}
