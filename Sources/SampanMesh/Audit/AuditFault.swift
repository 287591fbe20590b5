/// The first thing that is wrong with an audit log. Numbers are of entries, as the log itself counts them.
package enum AuditFault: Error, Sendable, Hashable {
    /// With its entries. Of one that was cut short, a signed head or the mark says that there was more.
    case chain(HashChainFault)
    /// No head was signed over this entry and what is behind it: it was put on at the end, or heads were taken away.
    case unsigned(UInt64)
    /// The signature of the head over this entry is not its signer's.
    case forgedHead(UInt64)
    /// The signer of the head over this entry is not believed; why.
    case unknownSigner(UInt64, String)
    /// The head over this entry was signed by another node than the ones before.
    case otherSigner(UInt64, String)
    /// The tree head over this many entries has another root than they have, or other persons.
    case otherTree(UInt64)

    /// The entry that it is about; nil for none.
    package var entry: UInt64? {
        switch self {
        case .chain(let fault): fault.entry
        case .unsigned(let number), .forgedHead(let number), .unknownSigner(let number, _), .otherSigner(let number, _),
            .otherTree(let number):
            number
        }
    }

    static func translating<Value>(_ body: () throws(HashChainFault) -> Value) throws(AuditFault) -> Value {
        do throws(HashChainFault) { return try body() } catch { throw .chain(error) }
    }
}

extension AuditFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .chain(let fault): fault.description
        case .unsigned(let number): "entry \(number) is under no signed head: it was put on at the end, or a head was taken away"
        case .forgedHead(let number): "the head over entry \(number) was not signed by the certificate beside it"
        case .unknownSigner(let number, let why): "the signer of the head over entry \(number) is not believed: \(why)"
        case .otherSigner(let number, let name): "the head over entry \(number) was signed by another node: \(name)"
        case .otherTree(let number): "the tree head over entry \(number) is of other entries: one of them was replaced"
        }
    }
}
