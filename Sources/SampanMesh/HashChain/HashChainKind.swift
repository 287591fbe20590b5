/// What a chain of entries is of: an entry of one kind is none of another.
package protocol HashChainKind: Sendable, Hashable {
    /// Stands, with a zero byte behind it, before everything that is hashed.
    static var domain: String { get }
}
