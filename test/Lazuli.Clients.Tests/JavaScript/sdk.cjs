// Azure's JavaScript SDK against Lazuli: makes, reads, lists and deletes. Prints what it saw as JSON at each step that the test asks for.
// Usage: node sdk.cjs create PUBLIC_KEY_FILE | node sdk.cjs delete
'use strict';
const { readFileSync } = require('node:fs');
const { ClientSecretCredential } = require('@azure/identity');
const { ResourceManagementClient } = require('@azure/arm-resources');
const { NetworkManagementClient } = require('@azure/arm-network');
const { ComputeManagementClient } = require('@azure/arm-compute');

const env = process.env;
const endpoint = env.LAZULI_ARM_ENDPOINT;
const credential = new ClientSecretCredential(env.AZURE_TENANT_ID, env.AZURE_CLIENT_ID, env.AZURE_CLIENT_SECRET, {
  authorityHost: endpoint,
  disableInstanceDiscovery: true,
});
const options = { endpoint, credentialScopes: `${endpoint}/.default`, credentials: { scopes: [`${endpoint}/.default`] } };
const groups = new ResourceManagementClient(credential, env.AZURE_SUBSCRIPTION_ID, options);
const network = new NetworkManagementClient(credential, env.AZURE_SUBSCRIPTION_ID, options);
const compute = new ComputeManagementClient(credential, env.AZURE_SUBSCRIPTION_ID, options);
const group = 'javascript';
const location = 'westeurope';

async function names(pages) {
  const found = [];
  for await (const item of pages) found.push(item.name);
  return found.sort();
}

async function create(keyFile) {
  await groups.resourceGroups.createOrUpdate(group, { location });
  const nsg = await network.networkSecurityGroups.beginCreateOrUpdateAndWait(group, 'nsg', {
    location,
    securityRules: [{
      name: 'ssh', priority: 100, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', sourceAddressPrefix: '*', sourcePortRange: '*',
      destinationAddressPrefix: '*', destinationPortRange: '22',
    }],
  });
  const vnet = await network.virtualNetworks.beginCreateOrUpdateAndWait(group, 'vnet', {
    location,
    addressSpace: { addressPrefixes: ['10.4.0.0/16'] },
    subnets: [{ name: 'a', addressPrefix: '10.4.1.0/24', networkSecurityGroup: { id: nsg.id } }],
  });
  const ip = await network.publicIPAddresses.beginCreateOrUpdateAndWait(group, 'ip', { location, sku: { name: 'Standard' }, publicIPAllocationMethod: 'Static' });
  const nic = await network.networkInterfaces.beginCreateOrUpdateAndWait(group, 'nic', {
    location,
    ipConfigurations: [{ name: 'c', subnet: { id: vnet.subnets[0].id }, publicIPAddress: { id: ip.id } }],
  });
  const disk = await compute.disks.beginCreateOrUpdateAndWait(group, 'data', { location, diskSizeGB: 4, creationData: { createOption: 'Empty' } });
  const vm = await compute.virtualMachines.beginCreateOrUpdateAndWait(group, 'vm', {
    location,
    hardwareProfile: { vmSize: 'Standard_B1s' },
    storageProfile: {
      imageReference: { publisher: 'lazuli', offer: 'micro', sku: '1', version: 'latest' },
      osDisk: { createOption: 'FromImage', deleteOption: 'Delete' },
      dataDisks: [{ lun: 0, createOption: 'Attach', managedDisk: { id: disk.id } }],
    },
    osProfile: {
      computerName: 'vm',
      adminUsername: 'azureuser',
      customData: Buffer.from('#!/bin/sh\necho "custom data ran on $(hostname)" > /etc/custom\n').toString('base64'),
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: readFileSync(keyFile, 'utf8') }] },
      },
    },
    networkProfile: { networkInterfaces: [{ id: nic.id }] },
  });
  const view = await compute.virtualMachines.instanceView(group, 'vm');
  return {
    address: (await network.publicIPAddresses.get(group, 'ip')).ipAddress,
    vmId: vm.vmId,
    provisioningState: vm.provisioningState,
    statuses: view.statuses.map(s => s.code),
    machines: await names(compute.virtualMachines.list(group)),
    networks: await names(network.virtualNetworks.list(group)),
    resources: (await names(groups.resources.listByResourceGroup(group))).filter(name => !name.startsWith('vm_')),
  };
}

async function remove() {
  await compute.virtualMachines.beginPowerOffAndWait(group, 'vm');
  const off = (await compute.virtualMachines.instanceView(group, 'vm')).statuses.map(s => s.code);
  const vmId = (await compute.virtualMachines.get(group, 'vm')).vmId;
  await compute.virtualMachines.beginDeleteAndWait(group, 'vm');
  const after = await compute.virtualMachines.get(group, 'vm').catch(e => ({ code: e.code, status: e.statusCode }));
  await groups.resourceGroups.beginDeleteAndWait(group);
  return { off, vmId, after, group: (await groups.resourceGroups.checkExistence(group)).body };
}

const [step, ...words] = process.argv.slice(2);
(step === 'create' ? create(...words) : remove()).then(
  result => console.log(JSON.stringify(result)),
  error => { console.error(error); process.exitCode = 1; });
