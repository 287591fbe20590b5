/// The first thing that is wrong with a chain. Numbers are of entries, as the chain itself counts them.
package enum HashChainFault: Error, Sendable, Hashable {
    /// What this entry says is not what it said when it was written.
    case changed(UInt64)
    /// There is no entry of this number.
    case dropped(UInt64)
    /// An entry of this number stands where none belongs: one that was put in, or repeated.
    case inserted(UInt64)
    /// This entry stands before others that it came after.
    case moved(UInt64)
    /// This entry does not follow from the one before: one of the two was replaced, its own hash with it.
    case replaced(UInt64)
    /// The chain ends with this entry (0 for none), and there is proof that there was more.
    case cutShort(after: UInt64)
    /// The entry is whole, and its record cannot be read; why.
    case unreadable(UInt64, String)
    /// SHA-256 failed: no memory.
    case library

    /// The entry that it is about; nil for none.
    package var entry: UInt64? {
        switch self {
        case .changed(let number), .dropped(let number), .inserted(let number), .moved(let number), .replaced(let number),
            .cutShort(let number), .unreadable(let number, _):
            number
        case .library: nil
        }
    }
}

extension HashChainFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .changed(let number): "entry \(number) was changed"
        case .dropped(let number): "entry \(number) is missing"
        case .inserted(let number): "entry \(number) stands where none belongs: it was put in or repeated"
        case .moved(let number): "entry \(number) was moved: it stands before others that it came after"
        case .replaced(let number): "entry \(number) does not follow from the one before it: one of the two was replaced"
        case .cutShort(let number): "the end was cut off behind entry \(number): there was more"
        case .unreadable(let number, let why): "entry \(number) is whole, but cannot be read: \(why)"
        case .library: "SHA-256 failed: out of memory"
        }
    }
}
