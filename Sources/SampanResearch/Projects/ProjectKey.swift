internal import SampanCrypto
package import SampanDomain

/// The key of one project, or of one dataset that is open, drawn for it: pseudonyms and shifts of dates are HMACs under it. Those of two
/// projects have nothing in common, and when the key is destroyed nobody can tell any more whose pseudonym was whose.
package struct ProjectKey: Sendable {
    /// Days that dates are moved back, at the most.
    package static let mostDays = 365

    let bytes: [UInt8]

    init(stored bytes: [UInt8]) { self.bytes = bytes }

    static func fresh() throws(ResearchError) -> ProjectKey {
        ProjectKey(stored: try ResearchError.crypto { () throws(CryptoError) in try RandomBytes.make(32) })
    }

    /// A person's name in the project.
    package func pseudonym(of person: EnterpriseID) throws(ResearchError) -> String {
        Self.letters(try code("person \(person.number)"))
    }

    /// A document's name in the project.
    /// - Parameter document: its number, whatever it is elsewhere.
    package func pseudonym(ofDocument document: [UInt8]) throws(ResearchError) -> String {
        Self.letters(try code("document \(Hexadecimal.lowercase(document))"))
    }

    /// How many days all dates of a person are moved back: 1 to `mostDays`, each nearly equally likely (2^-55 apart). One number for a
    /// person, so that what lies between two dates stays.
    package func shift(of person: EnterpriseID) throws(ResearchError) -> Int {
        let number = try code("shift \(person.number)").prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % UInt64(Self.mostDays)) + 1
    }

    private func code(_ text: String) throws(ResearchError) -> [UInt8] {
        try ResearchError.crypto { () throws(CryptoError) in
            try HMACSHA256.authenticate(Array("sampan research \(text)".utf8), key: bytes)
        }
    }

    /// 16 bytes as 32 letters: no number of a person can stand in them by chance, no sheet takes them for a number, and without vowels
    /// they are no words.
    private static func letters(_ bytes: [UInt8]) -> String {
        let alphabet = Array("bcdfghjkmnpqrtvz")
        return String(bytes.prefix(16).flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] })
    }
}
