namespace NodePortSim.Tests.Manifests;

/// <summary>Objects in the form that <c>kubectl get … -o yaml</c> prints them.</summary>
internal static class KubectlOutput
{
    public const string Service =
        """
        apiVersion: v1
        kind: Service
        metadata:
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: |
              {"apiVersion":"v1","kind":"Service","metadata":{"annotations":{},"name":"svc-nodeport","namespace":"default"},"spec":{"ports":[{"port":9000}]}}
          creationTimestamp: "2024-05-01T10:00:00Z"
          finalizers:
          - service.kubernetes.io/load-balancer-cleanup
          managedFields:
          - apiVersion: v1
            fieldsType: FieldsV1
            fieldsV1:
              f:spec:
                f:ports:
                  .: {}
                  k:{"port":9000,"protocol":"TCP"}:
                    .: {}
                    f:port: {}
            manager: kubectl-client-side-apply
            operation: Update
            time: "2024-05-01T10:00:00Z"
          name: svc-nodeport
          namespace: default
          resourceVersion: "3121"
          uid: 0c3a9d0e-2c0f-4b0c-9c38-3d3a3e2f6d11
        spec:
          allocateLoadBalancerNodePorts: true
          clusterIP: 10.200.1.73
          clusterIPs:
          - 10.200.1.73
          externalTrafficPolicy: Cluster
          internalTrafficPolicy: Cluster
          ipFamilies:
          - IPv4
          ipFamilyPolicy: SingleStack
          ports:
          - name: svc-webport
            nodePort: 30682
            port: 9000
            protocol: TCP
            targetPort: 8080
          selector:
            app: myserver
          sessionAffinity: None
          type: LoadBalancer
        status:
          conditions:
          - lastTransitionTime: "2024-05-01T10:00:00Z"
            message: ""
            reason: Satisfied
            status: "True"
            type: LoadBalancerPortsError
          loadBalancer:
            ingress:
            - ip: 203.0.113.10
              ipMode: VIP
              ports:
              - port: 9000
                protocol: TCP
        """;

    public const string EndpointSlice =
        """
        addressType: IPv4
        apiVersion: discovery.k8s.io/v1
        endpoints:
        - addresses:
          - 10.10.3.3
          conditions:
            ready: true
            serving: true
            terminating: false
          hints:
            forZones:
            - name: zone-a
          nodeName: myk8s-worker3
          targetRef:
            kind: Pod
            name: deploy-echo-5c689d5454-slrss
            namespace: default
            uid: 7b1c7f4e-4a52-4a3c-b9f5-0a7f8f5f1f0a
          zone: zone-a
        kind: EndpointSlice
        metadata:
          annotations:
            endpoints.kubernetes.io/last-change-trigger-time: "2024-05-01T10:00:00Z"
          creationTimestamp: "2024-05-01T10:00:00Z"
          generateName: svc-nodeport-
          generation: 4
          labels:
            endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
            kubernetes.io/service-name: svc-nodeport
          name: svc-nodeport-x7k2p
          namespace: default
          ownerReferences:
          - apiVersion: v1
            blockOwnerDeletion: true
            controller: true
            kind: Service
            name: svc-nodeport
            uid: 0c3a9d0e-2c0f-4b0c-9c38-3d3a3e2f6d11
          resourceVersion: "3180"
          uid: 5a0d1c55-0a4f-4f0c-8f0e-f2f2b1a0c9d7
        ports:
        - name: svc-webport
          port: 8080
          protocol: TCP
        """;

    public const string Node =
        """
        apiVersion: v1
        kind: Node
        metadata:
          annotations:
            kubeadm.alpha.kubernetes.io/cri-socket: unix:///run/containerd/containerd.sock
            node.alpha.kubernetes.io/ttl: "0"
            volumes.kubernetes.io/controller-managed-attach-detach: "true"
          creationTimestamp: "2024-05-01T09:50:00Z"
          labels:
            beta.kubernetes.io/arch: amd64
            kubernetes.io/hostname: myk8s-control-plane
            node-role.kubernetes.io/control-plane: ""
            node.kubernetes.io/exclude-from-external-load-balancers: ""
          name: myk8s-control-plane
          resourceVersion: "3199"
          uid: 61b2c2f8-6d0b-4f4b-9d8d-1a7c6a3b3c55
        spec:
          podCIDR: 10.10.0.0/24
          podCIDRs:
          - 10.10.0.0/24
          providerID: kind://docker/myk8s/myk8s-control-plane
          taints:
          - effect: NoSchedule
            key: node-role.kubernetes.io/control-plane
        status:
          addresses:
          - address: 172.18.0.4
            type: InternalIP
          - address: myk8s-control-plane
            type: Hostname
          allocatable:
            cpu: "8"
            ephemeral-storage: 263174212Ki
            hugepages-2Mi: "0"
            memory: 16393244Ki
            pods: "110"
          capacity:
            cpu: "8"
            memory: 16393244Ki
            pods: "110"
          conditions:
          - lastHeartbeatTime: "2024-05-01T10:00:00Z"
            lastTransitionTime: "2024-05-01T09:50:10Z"
            message: kubelet is posting ready status
            reason: KubeletReady
            status: "True"
            type: Ready
          daemonEndpoints:
            kubeletEndpoint:
              Port: 10250
          images:
          - names:
            - registry.k8s.io/etcd:3.5.15-0
            sizeBytes: 56909194
          nodeInfo:
            architecture: amd64
            bootID: 3c2a6f6e-8b5e-4c55-9b7f-2f0b6c5a1d7e
            containerRuntimeVersion: containerd://1.7.18
            kernelVersion: 6.1.0-21-amd64
            kubeProxyVersion: v1.31.0
            kubeletVersion: v1.31.0
            operatingSystem: linux
          runtimeHandlers:
          - features:
              recursiveReadOnlyMounts: true
            name: runc
        """;

    public const string Pod =
        """
        apiVersion: v1
        kind: Pod
        metadata:
          creationTimestamp: "2024-05-01T10:00:00Z"
          generateName: deploy-echo-5c689d5454-
          labels:
            app: myserver
            pod-template-hash: 5c689d5454
          name: deploy-echo-5c689d5454-slrss
          namespace: default
          ownerReferences:
          - apiVersion: apps/v1
            blockOwnerDeletion: true
            controller: true
            kind: ReplicaSet
            name: deploy-echo-5c689d5454
            uid: 9f7b3a52-6b5d-4f0e-9c07-f0a0f4f4d9c1
          resourceVersion: "3177"
          uid: 7b1c7f4e-4a52-4a3c-b9f5-0a7f8f5f1f0a
        spec:
          containers:
          - env:
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  apiVersion: v1
                  fieldPath: metadata.name
            image: registry.k8s.io/echoserver:1.10
            imagePullPolicy: IfNotPresent
            name: echo
            ports:
            - containerPort: 8080
              protocol: TCP
            readinessProbe:
              failureThreshold: 3
              httpGet:
                path: /
                port: 8080
                scheme: HTTP
              periodSeconds: 10
            resources:
              limits:
                cpu: 100m
                memory: 64Mi
            terminationMessagePath: /dev/termination-log
            terminationMessagePolicy: File
            volumeMounts:
            - mountPath: /var/run/secrets/kubernetes.io/serviceaccount
              name: kube-api-access-xk4fz
              readOnly: true
          dnsPolicy: ClusterFirst
          enableServiceLinks: true
          nodeName: myk8s-worker3
          preemptionPolicy: PreemptLowerPriority
          priority: 0
          restartPolicy: Always
          schedulerName: default-scheduler
          securityContext: {}
          serviceAccount: default
          serviceAccountName: default
          terminationGracePeriodSeconds: 30
          tolerations:
          - effect: NoExecute
            key: node.kubernetes.io/not-ready
            operator: Exists
            tolerationSeconds: 300
          volumes:
          - name: kube-api-access-xk4fz
            projected:
              defaultMode: 420
              sources:
              - serviceAccountToken:
                  expirationSeconds: 3607
                  path: token
        status:
          conditions:
          - lastProbeTime: null
            lastTransitionTime: "2024-05-01T10:00:02Z"
            status: "True"
            type: PodReadyToStartContainers
          - lastProbeTime: null
            lastTransitionTime: "2024-05-01T10:00:03Z"
            status: "True"
            type: Ready
          containerStatuses:
          - containerID: containerd://4f0b8c7c0a
            image: registry.k8s.io/echoserver:1.10
            lastState: {}
            name: echo
            ready: true
            restartCount: 0
            started: true
            state:
              running:
                startedAt: "2024-05-01T10:00:02Z"
          hostIP: 172.18.0.3
          hostIPs:
          - ip: 172.18.0.3
          phase: Running
          podIP: 10.10.3.3
          podIPs:
          - ip: 10.10.3.3
          qosClass: Guaranteed
          startTime: "2024-05-01T10:00:00Z"
        """;

    public const string Deployment =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          annotations:
            deployment.kubernetes.io/revision: "1"
          creationTimestamp: "2024-05-01T10:00:00Z"
          generation: 1
          labels:
            app: myserver
          name: deploy-echo
          namespace: default
          resourceVersion: "3190"
          uid: 1d7a2f3b-54c6-4e0a-8c38-0d0c6a1c7b21
        spec:
          progressDeadlineSeconds: 600
          replicas: 3
          revisionHistoryLimit: 10
          selector:
            matchLabels:
              app: myserver
          strategy:
            rollingUpdate:
              maxSurge: 25%
              maxUnavailable: 25%
            type: RollingUpdate
          template:
            metadata:
              creationTimestamp: null
              labels:
                app: myserver
            spec:
              containers:
              - image: registry.k8s.io/echoserver:1.10
                imagePullPolicy: IfNotPresent
                name: echo
                ports:
                - containerPort: 8080
                  protocol: TCP
                resources: {}
                terminationMessagePath: /dev/termination-log
                terminationMessagePolicy: File
              dnsPolicy: ClusterFirst
              restartPolicy: Always
              schedulerName: default-scheduler
              securityContext: {}
              terminationGracePeriodSeconds: 30
        status:
          availableReplicas: 3
          conditions:
          - lastTransitionTime: "2024-05-01T10:00:03Z"
            lastUpdateTime: "2024-05-01T10:00:03Z"
            message: Deployment has minimum availability.
            reason: MinimumReplicasAvailable
            status: "True"
            type: Available
          observedGeneration: 1
          readyReplicas: 3
          replicas: 3
          updatedReplicas: 3
        """;
}
