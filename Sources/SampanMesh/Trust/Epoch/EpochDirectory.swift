/// What an epoch says of where names lead.
package struct EpochDirectory: Sendable, Hashable {
    package var routes: [EpochRoute]
    package var custodians: [EpochCustodian]

    package init(routes: [EpochRoute] = [], custodians: [EpochCustodian] = []) {
        (self.routes, self.custodians) = (routes, custodians)
    }
}
