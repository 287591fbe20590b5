package import SampanDomain

/// A place in a timeline: after the entry of this time and document. It holds nothing that its reader has not seen.
package struct TimelineCursor: Sendable, Hashable {
    package let occurredAt: UnixTime
    package let document: DocumentID

    package init(occurredAt: UnixTime, document: DocumentID) {
        self.occurredAt = occurredAt
        self.document = document
    }
}

/// Some entries of a patient's life, the newest first. What is stored meanwhile moves no entry to another page.
package struct TimelinePage: Sendable {
    package let entries: [DocumentEntry]
    /// Where the next page begins; nil when there is none.
    package let next: TimelineCursor?
    /// What they were shown on.
    package let bases: [AccessBasis]
}
