/// A paper that shows who somebody is: its kind and its number, in the one way of writing that comparisons need.
package struct IdentityPaper: Sendable, Hashable {
    /// Kinds of papers (value set CV02.01.101 of WS 364.3).
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// 居民身份证
        case citizenCard = "01"
        /// 居民户口簿: its number is the citizen number.
        case householdBook = "02"
        /// 护照
        case passport = "03"
        /// 军官证
        case officerCard = "04"
        /// 驾驶证: its number is the citizen number for citizens.
        case drivingLicence = "05"
        /// 港澳居民来往内地通行证
        case hongKongMacaoPermit = "06"
        /// 台湾居民来往内地通行证
        case taiwanPermit = "07"
        /// 其他法定有效证件
        case other = "99"

        /// Throws for a code that the table does not have.
        package init(code: String) throws(DomainError) {
            guard let kind = Self(rawValue: code) else {
                let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
                throw DomainError(field: "id_type", message: "not a code of CV02.01.101; right would be one of \(known)")
            }
            self = kind
        }
    }

    package let kind: Kind
    /// Capitals and digits (an officer's card keeps its Chinese characters); for citizens 18 characters with a right check character.
    package let number: String
    /// The citizen number, for kinds whose number that is.
    package let citizen: CitizenNumber?

    /// Throws with what is wrong; the message never repeats the number.
    package init(kind: Kind, number: String) throws(DomainError) {
        self.kind = kind
        switch kind {
        case .citizenCard, .householdBook:
            let citizen = try CitizenNumber(number)
            self.number = citizen.text
            self.citizen = citizen
        case .passport:
            // ICAO Doc 9303: at most nine characters of the machine readable zone; some states print longer ones.
            self.number = try Self.plain(number, length: 5...15, "5 to 15 letters and digits")
            citizen = nil
        case .hongKongMacaoPermit:
            // A letter H or M and 8 digits; until 2013 10, of which the last two counted the renewals.
            let text = try Self.plain(number, length: 9...11, "H or M and 8 or 10 digits")
            guard let first = text.utf8.first, first == UInt8(ascii: "H") || first == UInt8(ascii: "M"), text.utf8.count != 10,
                text.utf8.dropFirst().allSatisfy(Charset.digits.contains)
            else { throw Self.wrong("right would be H or M and 8 or 10 digits") }
            self.number = text
            citizen = nil
        case .taiwanPermit:
            // 8 digits; until 2015 10 digits, with a letter behind.
            let text = try Self.plain(number, length: 8...11, "8 digits, or 10 digits of old")
            guard text.utf8.prefix(8).allSatisfy(Charset.digits.contains) else { throw Self.wrong("right would be 8 digits, or 10 of old") }
            self.number = text
            citizen = nil
        case .drivingLicence:
            if let number = try? CitizenNumber(number) {
                self.number = number.text
                citizen = number
            } else {
                self.number = try Self.plain(number, length: 5...18, "the citizen number, or 5 to 18 letters and digits")
                citizen = nil
            }
        case .officerCard, .other:
            self.number = try Self.free(number)
            citizen = nil
        }
    }

    /// Letters and digits only.
    private static func plain(_ text: String, length: ClosedRange<Int>, _ right: String) throws(DomainError) -> String {
        let plain = CitizenNumber.normalize(text)
        guard length.contains(plain.count), !plain.contains(UInt8(ascii: "?")) else { throw wrong("right would be \(right)") }
        return String(decoding: plain, as: UTF8.self)
    }

    /// Any text without blanks; letters become capitals.
    private static func free(_ text: String) throws(DomainError) -> String {
        let plain = text.uppercased().filter { !$0.isWhitespace && $0 != "-" && $0 != "－" }
        guard (2...64).contains(plain.utf8.count) else { throw wrong("right would be 2 to 64 bytes of text") }
        return plain
    }

    private static func wrong(_ message: String) -> DomainError { DomainError(field: "id_no", message: message) }
}

extension IdentityPaper: CustomStringConvertible {
    /// Masked.
    package var description: String { "\(kind.rawValue) \(Mask.identityNumber(number))" }
}
