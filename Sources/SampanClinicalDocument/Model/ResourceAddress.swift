/// Under which names others refer to a thing, where its document gives it any (FHIR R4, bundle.html#references). They are kept, so that
/// references to it stay right when it is written again.
package struct ResourceAddress: Sendable, Hashable {
    /// `Bundle.entry.fullUrl`.
    package var fullURL: String?
    /// `Resource.id`.
    package var id: String?

    package init(fullURL: String? = nil, id: String? = nil) { (self.fullURL, self.id) = (fullURL, id) }
}
