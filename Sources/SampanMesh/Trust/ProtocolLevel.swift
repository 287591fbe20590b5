/// Levels of what nodes say to each other. An epoch names the least one that takes part in the region; a program that speaks less keeps
/// to its platform and its admins, and is to be replaced.
///
/// A level goes up when a message or its meaning changes in a way that an older program would get wrong; not with every release.
package enum ProtocolLevel {
    /// Of this program.
    package static let spoken: UInt32 = 1
    /// Of error details, where a program is below what the epoch asks for.
    package static let outdatedReason = "PROTOCOL_OUTDATED"
}
