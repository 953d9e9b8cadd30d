/**
 * Tests of the whole stream. Tests named after a failure and tagged {@code fault} stage it on real
 * brokers ({@code mvn verify -Pfaults}); after each the output equals the oracle's, the partials
 * tile the input, and dead letters are there once:
 *
 * <table>
 * <caption>Faults and their tests</caption>
 * <tr><td>a broker that leads is killed and comes back
 *     <td>{@code BrokerLeaderKilledIT}
 * <tr><td>all brokers down for longer than clients wait
 *     <td>{@code AllBrokersDownIT}
 * <tr><td>an instance is killed, twenty times at random moments
 *     <td>{@code InstanceKilledIT}
 * <tr><td>a producer fenced, by a stranger or by a zombie
 *     <td>{@code ProducerFencedIT}
 * <tr><td>a transaction that the brokers end
 *     <td>{@code TransactionTimedOutIT}
 * <tr><td>partitions change hands in the middle of commits
 *     <td>{@code RebalanceDuringCommitIT}
 * <tr><td>the output topic is deleted, or was never there
 *     <td>{@code OutputTopicMissingIT}
 * <tr><td>a permission is missing, or withdrawn
 *     <td>{@code AuthorisationRefusedIT}
 * </table>
 */
@NullMarked
package io.losswatch.stream;

import org.jspecify.annotations.NullMarked;
