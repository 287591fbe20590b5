import SampanTestSupport
import SampanAPI
import SampanProtobuf
import SampanTestMessages

/// Values at and around the edges, and some in between. No NaN: it does not equal itself.
extension TestV1.EveryKind {
    static func random(using g: inout SeededRandom) -> Self {
        var m = Self()
        func maybe() -> Bool { Bool.random(using: &g) }
        if maybe() { m.fDouble = .edge(&g) }
        if maybe() { m.fFloat = .edge(&g) }
        if maybe() { m.fInt32 = .edge(&g) }
        if maybe() { m.fInt64 = .edge(&g) }
        if maybe() { m.fUint32 = .edge(&g) }
        if maybe() { m.fUint64 = .edge(&g) }
        if maybe() { m.fSint32 = .edge(&g) }
        if maybe() { m.fSint64 = .edge(&g) }
        if maybe() { m.fFixed32 = .edge(&g) }
        if maybe() { m.fFixed64 = .edge(&g) }
        if maybe() { m.fSfixed32 = .edge(&g) }
        if maybe() { m.fSfixed64 = .edge(&g) }
        m.fBool = maybe()
        if maybe() { m.fString = .edge(&g) }
        if maybe() { m.fBytes = .edge(&g) }
        if maybe() { m.fColor = TestV1.Color(rawValue: .edge(&g)) }
        if maybe() { m.fLeaf = .random(using: &g) }
        if maybe() { m.oDouble = .edge(&g) }
        if maybe() { m.oFloat = .edge(&g) }
        if maybe() { m.oInt32 = .edge(&g) }
        if maybe() { m.oInt64 = .edge(&g) }
        if maybe() { m.oUint32 = .edge(&g) }
        if maybe() { m.oUint64 = .edge(&g) }
        if maybe() { m.oSint32 = .edge(&g) }
        if maybe() { m.oSint64 = .edge(&g) }
        if maybe() { m.oFixed32 = .edge(&g) }
        if maybe() { m.oFixed64 = .edge(&g) }
        if maybe() { m.oSfixed32 = .edge(&g) }
        if maybe() { m.oSfixed64 = .edge(&g) }
        if maybe() { m.oBool = maybe() }
        if maybe() { m.oString = .edge(&g) }
        if maybe() { m.oBytes = .edge(&g) }
        if maybe() { m.oColor = TestV1.Color(rawValue: .edge(&g)) }
        if maybe() { m.oLeaf = .random(using: &g) }
        m.fillLists(&g)
        m.fillMaps(&g)
        m.choice = choice(&g)
        if maybe() { m.at = GoogleProtobuf.Timestamp(nanosecondsSince1970: .edge(&g)) }
        if maybe() { m.inner = Inner(innermost: .init(depth: .deep, text: .edge(&g)), depth: .unrecognized(5)) }
        if maybe() { m.large = .edge(&g) }
        return m
    }

    private mutating func fillLists(_ g: inout SeededRandom) {
        func list<Value>(_ make: (inout SeededRandom) -> Value) -> [Value] {
            (0..<[0, 0, 1, 2, 9].randomElement(using: &g)!).map { _ in make(&g) }
        }
        rDouble = list { .edge(&$0) }
        rFloat = list { .edge(&$0) }
        rInt32 = list { .edge(&$0) }
        rInt64 = list { .edge(&$0) }
        rUint32 = list { .edge(&$0) }
        rUint64 = list { .edge(&$0) }
        rSint32 = list { .edge(&$0) }
        rSint64 = list { .edge(&$0) }
        rFixed32 = list { .edge(&$0) }
        rFixed64 = list { .edge(&$0) }
        rSfixed32 = list { .edge(&$0) }
        rSfixed64 = list { .edge(&$0) }
        rBool = list { Bool.random(using: &$0) }
        rString = list { .edge(&$0) }
        rBytes = list { .edge(&$0) }
        rColor = list { TestV1.Color(rawValue: .edge(&$0)) }
        rLeaf = list { .random(using: &$0) }
        uInt32 = list { .edge(&$0) }
        uDouble = list { .edge(&$0) }
        uBool = list { Bool.random(using: &$0) }
        uColor = list { TestV1.Color(rawValue: .edge(&$0)) }
    }

    private mutating func fillMaps(_ g: inout SeededRandom) {
        func times() -> Range<Int> { 0..<Int.random(in: 0...4, using: &g) }
        for _ in times() { mStringString[.edge(&g)] = .edge(&g) }
        for _ in times() { mInt32Leaf[.edge(&g)] = .random(using: &g) }
        for _ in times() { mBoolDouble[Bool.random(using: &g)] = .edge(&g) }
        for _ in times() { mUint64Bytes[.edge(&g)] = .edge(&g) }
        for _ in times() { mSint32Color[.edge(&g)] = TestV1.Color(rawValue: .edge(&g)) }
        for _ in times() { mFixed64Float[.edge(&g)] = .edge(&g) }
        for _ in times() { mStringSfixed32[.edge(&g)] = .edge(&g) }
        for _ in times() { mInt64Bool[.edge(&g)] = Bool.random(using: &g) }
    }

    private static func choice(_ g: inout SeededRandom) -> Choice? {
        switch Int.random(in: 0...10, using: &g) {
        case 0: nil
        case 1: .cDouble(.edge(&g))
        case 2: .cFloat(.edge(&g))
        case 3: .cInt32(.edge(&g))
        case 4: .cUint64(.edge(&g))
        case 5: .cBool(Bool.random(using: &g))
        case 6: .cString(.edge(&g))
        case 7: .cBytes(.edge(&g))
        case 8: .cColor(TestV1.Color(rawValue: .edge(&g)))
        case 9: .cLeaf(.random(using: &g))
        default: .cOtherLeaf(.random(using: &g))
        }
    }
}

extension TestV1.Leaf {
    static func random(using g: inout SeededRandom) -> Self {
        Self(
            a: .edge(&g), b: .edge(&g), c: Bool.random(using: &g) ? [.edge(&g), .edge(&g)] : [],
            d: Bool.random(using: &g) ? .edge(&g) : nil,
            next: Int.random(in: 0..<3, using: &g) == 0 ? .random(using: &g) : nil)
    }
}

extension FixedWidthInteger {
    static func edge(_ g: inout SeededRandom) -> Self {
        [0, 1, .max, .min, 127, Self(truncatingIfNeeded: -1), Self(truncatingIfNeeded: g.next())][Int.random(in: 0..<7, using: &g)]
    }
}

extension BinaryFloatingPoint {
    static func edge(_ g: inout SeededRandom) -> Self {
        [0, -0.0, 1.5, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, Self(Int64.edge(&g))][
            Int.random(in: 0..<8, using: &g)]
    }
}

extension String {
    static func edge(_ g: inout SeededRandom) -> String {
        ["", "a", "中文", "a\0b", "\0", "🏥👩‍⚕️", String(repeating: "长", count: 100), "exactly fifteen"][Int.random(in: 0..<8, using: &g)]
    }
}

extension [UInt8] {
    static func edge(_ g: inout SeededRandom) -> [UInt8] {
        (0..<[0, 1, 15, 127, 128, 300][Int.random(in: 0..<6, using: &g)]).map { _ in UInt8.random(in: 0...255, using: &g) }
    }
}
