/// The operator under which the ferry posts in a HIS, apart from every window's (requirements ST-05, ST-06). Its day is closed as one.
package enum MobileOperator {
    /// The class of the operator ids FERRY00 to FERRY63, one a worker.
    package static let code = "FERRY"
    /// The settlement mark of its receipts (结账标识).
    package static let settlementMark = "MOBILE"
}
