/// A FHIR resource of a type that has no place in the neutral model, carried as it is: dropping it would lose what its author wrote.
package struct OpaqueResource: Sendable, Hashable {
    package var address: ResourceAddress
    package var type: String
    /// The resource as JSON without blanks; numbers as they were written.
    package var json: [UInt8]

    package init(address: ResourceAddress, type: String, json: [UInt8]) { (self.address, self.type, self.json) = (address, type, json) }
}
