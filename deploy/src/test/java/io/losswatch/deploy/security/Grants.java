package io.losswatch.deploy.security;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * What a secured broker's authorizer is told; each change is waited for.
 *
 * @param admin may change it
 */
record Grants(Admin admin) {
  void add(Collection<AclBinding> bindings) throws Exception {
    admin.createAcls(bindings).all().get();
    Job.await(() -> there().containsAll(bindings), this::there);
  }

  void remove(AclBinding binding) throws Exception {
    admin.deleteAcls(List.of(binding.toFilter())).all().get();
    Job.await(() -> !there().contains(binding), this::there);
  }

  private Set<AclBinding> there() {
    try {
      return new HashSet<>(admin.describeAcls(AclBindingFilter.ANY).values().get());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
