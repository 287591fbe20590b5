/// An address as it is compared: the town (镇, 乡, 街道), and what stands behind it.
struct AddressForm: Sendable, Equatable {
    /// 0 without a town.
    var town: UInt64 = 0
    /// The house: all behind the town. 0 when nothing is.
    var house: UInt64 = 0

    init() {}

    init(_ text: String) {
        var letters: [Unicode.Scalar] = []
        letters.reserveCapacity(48)
        for scalar in text.unicodeScalars where !Self.isBlank(scalar) { letters.append(Self.plain(scalar)) }
        guard !letters.isEmpty else { return }
        guard let (start, end) = Self.town(letters) else {
            house = Self.hash(letters[...])
            return
        }
        town = Self.hash(letters[start..<end])
        if end < letters.count { house = Self.hash(letters[end...]) }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x09, 0xA0, 0x3000, 0x2D, 0x2C, 0xFF0C, 0x3001, 0xFF0D, 0x23: true
        default: false
        }
    }

    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0xFF10...0xFF19).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value - 0xFF10 + 0x30))
    }

    /// Where the town begins and ends: behind the last 省, 市, 区, 县, 旗 before the first 镇, 乡 or 街道.
    private static func town(_ letters: [Unicode.Scalar]) -> (Int, Int)? {
        var start = 0
        for index in letters.indices {
            switch letters[index] {
            case "省", "市", "县", "区", "旗", "州", "盟":
                // 城区街道, 市中: a mark right behind another is part of a name.
                if index > start { start = index + 1 }
            case "镇", "乡": if index > start { return (start, index + 1) }
            case "街" where index + 1 < letters.count && letters[index + 1] == "道": if index > start { return (start, index + 2) }
            default: continue
            }
        }
        return nil
    }

    private static func hash(_ letters: ArraySlice<Unicode.Scalar>) -> UInt64 {
        var mixer = Mixer(4)
        for scalar in letters { mixer.add(UInt64(scalar.value)) }
        return mixer.value | 1
    }
}
