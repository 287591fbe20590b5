/// A name as it is compared: canonical characters and their sounds, in a fixed size. What is longer than eight characters is cut there.
struct NameForm: Sendable, Equatable {
    enum Role: UInt8, Sendable {
        /// No name: empty, or a placeholder such as 未知.
        case missing
        /// A person's own name.
        case own
        /// A newborn under its mother's name (王洁之女): the characters are the mother's.
        case newborn
    }

    static let unitsMax = 8
    /// Stands for a character that somebody could not type: `?`, `*`, `〇`, `□`.
    static let wildcard: UInt16 = 0xFFFF
    /// Units from here on are syllables in Latin letters: 0xF000 + the syllable's number.
    static let latin: UInt16 = 0xF000
    /// Units from here on are hashes of characters that the table does not have.
    static let foreign: UInt16 = 0xE000

    var role = Role.missing
    /// Canonical characters, 0 behind the last.
    var units = SIMD8<UInt16>.zero
    /// The first reading of each.
    var sounds = SIMD8<UInt16>.zero
    var count = 0
    /// Of a newborn: 0 not said, 1 the first (长), 2 the second (次), and so on: it has a twin.
    var ordinal: UInt8 = 0
    /// Of a newborn: what 之子 or 之女 says.
    var newbornSex: UInt8 = 0

    var hasGap: Bool {
        for index in 0..<count where units[index] >= Self.latin { return true }
        return false
    }

    /// A hash of the canonical characters.
    var hash: UInt64 { Self.mix(units, count, seed: 0x9E37_79B9_7F4A_7C15) }

    /// A hash of the sounds that does not depend on the order of the given name's: for blocking. 0 without a sound.
    var soundHash: UInt64 {
        guard count > 0, sounds[0] != 0 || count > 1 else { return 0 }
        var sorted = sounds
        if count > 2 {
            var rest = (1..<count).map { sounds[$0] }
            rest.sort()
            for index in 1..<count { sorted[index] = rest[index - 1] }
        }
        return Self.mix(sorted, count, seed: 0xC2B2_AE3D_27D4_EB4F)
    }

    /// A hash of the sounds in order.
    var orderedSoundHash: UInt64 { Self.mix(sounds, count, seed: 0x1656_67B1_9E37_79F9) }

    private static func mix(_ values: SIMD8<UInt16>, _ count: Int, seed: UInt64) -> UInt64 {
        var state = Mixer(seed)
        for index in 0..<count { state.add(UInt64(values[index])) }
        return state.value
    }
}

extension NameForm {
    /// What registration desks write where they have no name.
    private static let placeholders: Set<String> = [
        "未知", "无名氏", "无名", "测试", "不详", "不祥", "无", "某某", "患者", "病人", "新生儿", "婴儿", "TEST", "NULL", "NONE", "UNKNOWN",
    ]

    /// Reads a name as desks write it: blanks, dots between the parts of a name, a trailing number, 女 in brackets.
    init(_ text: String) {
        var letters: [Unicode.Scalar] = []
        var depth = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x28, 0xFF08, 0x3010, 0x5B: depth += 1
            case 0x29, 0xFF09, 0x3011, 0x5D: depth = max(0, depth - 1)
            case _ where depth > 0: continue
            case 0x20, 0x09, 0xA0, 0x3000, 0xB7, 0x2E, 0x30FB, 0x2022, 0xFF0E, 0x2027, 0x2D, 0x27, 0x200B, 0xFEFF: continue
            case 0x30...0x39, 0xFF10...0xFF19: continue
            case 0xFF21...0xFF3A: letters.append(Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value - 0xFF21 + 0x61)))
            case 0xFF41...0xFF5A: letters.append(Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value - 0xFF41 + 0x61)))
            case 0x41...0x5A: letters.append(Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value + 0x20)))
            default: letters.append(scalar)
            }
        }
        guard !letters.isEmpty else { return }
        role = .own
        readNewborn(&letters)
        if letters.count <= 7 {
            var plain = ""
            plain.unicodeScalars.append(contentsOf: letters)
            if Self.placeholders.contains(plain) || Self.placeholders.contains(plain.uppercased()) {
                role = role == .newborn ? .newborn : .missing
                return
            }
        }
        appendUnits(letters)
        if count == 0 { role = .missing }
    }

    /// 之 followed by what a newborn is: 子, 女, 婴, 长子, 次女, 双胎之一, A, B.
    private mutating func readNewborn(_ letters: inout [Unicode.Scalar]) {
        guard let mark = letters.firstIndex(of: "之"), mark >= 1, mark + 1 < letters.count else { return }
        var rest = letters[(mark + 1)...]
        var order: UInt8 = 0
        let orders: [Unicode.Scalar: UInt8] = [
            "长": 1, "大": 1, "次": 2, "二": 2, "三": 3, "小": 2, "甲": 1, "乙": 2, "丙": 3, "a": 1, "b": 2, "c": 3, "一": 1,
        ]
        if rest.count > 1, let first = rest.first, let value = orders[first] {
            order = value
            rest = rest.dropFirst()
        }
        guard let kind = rest.first else { return }
        switch kind {
        case "子", "男": newbornSex = 1
        case "女": newbornSex = 2
        case "婴", "儿", "孩", "毛", "宝": newbornSex = 0
        default: return
        }
        if rest.count > 1, let last = rest.last, let value = orders[last] { order = value }
        guard rest.count <= 3 else { return }
        ordinal = order
        role = .newborn
        letters.removeSubrange(mark...)
    }

    private mutating func appendUnits(_ letters: [Unicode.Scalar]) {
        let table = HanTable.shared
        var index = 0
        while index < letters.count, count < Self.unitsMax {
            let scalar = letters[index]
            index += 1
            if scalar.value >= 0x61, scalar.value <= 0x7A {
                var run = String(Character(scalar))
                while index < letters.count, letters[index].value >= 0x61, letters[index].value <= 0x7A {
                    run.unicodeScalars.append(letters[index])
                    index += 1
                }
                appendLatin(run)
            } else if let unit = table.canonical(scalar) {
                append(unit, sound: table.readings(unit)[0])
            } else if scalar == "?" || scalar == "*" || scalar == "〇" || scalar == "□" || scalar == "？" || scalar == "＊" {
                append(Self.wildcard, sound: 0)
            } else {
                var mixer = Mixer(1)
                mixer.add(UInt64(scalar.value))
                append(Self.foreign | UInt16(truncatingIfNeeded: mixer.value & 0x0FFF), sound: 0)
            }
        }
    }

    private mutating func appendLatin(_ run: String) {
        if let number = HanTable.shared.syllable(run) {
            append(Self.latin + number, sound: number)
            return
        }
        // A foreigner's name: its letters four at a time.
        var mixer = Mixer(2)
        var inRun = 0
        for byte in run.utf8 {
            mixer.add(UInt64(byte))
            inRun += 1
            if inRun % 4 == 0, count < Self.unitsMax { append(Self.foreign | UInt16(truncatingIfNeeded: mixer.value & 0x0FFF), sound: 0) }
        }
        if inRun % 4 != 0, count < Self.unitsMax { append(Self.foreign | UInt16(truncatingIfNeeded: mixer.value & 0x0FFF), sound: 0) }
    }

    private mutating func append(_ unit: UInt16, sound: UInt16) {
        units[count] = unit
        sounds[count] = sound
        count += 1
    }
}
