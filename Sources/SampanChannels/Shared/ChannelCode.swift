/// A channel's word for how something went (`NOT_ENOUGH`, `ACQ.TRADE_NOT_EXIST`), fit to be logged and stored.
package struct ChannelCode: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// Longest code, in bytes: the documents' longest has some 40.
    package static let byteLimit = 64

    /// For what is no code: empty, too long, or with other characters than `0-9 A-Z a-z _ . -`.
    package static let unreadable = ChannelCode(own: "UNREADABLE")
    /// An answer that is not signed: it proves nothing, whatever it says.
    package static let unsigned = ChannelCode(own: "UNSIGNED")

    /// A word of ours, or of the documents.
    init(own text: String) { description = text }

    /// What the channel said.
    init(_ text: String) {
        let isCode =
            (1...Self.byteLimit).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): true
                default: false
                }
            }
        description = isCode ? text : Self.unreadable.description
    }
}
